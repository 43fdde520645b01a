/**
 * Rows and what is asked of them: "Column: value; Column: value". A question names a column by its name, by a word for it in
 * the visitor's language ("how much", "warranty", "was kostet"), or not at all.
 */
import { fold, lower } from './text/characters.ts'
import type { Span } from './text/sentence.ts'
import { tokenize } from './text/tokenize.ts'

export interface Field extends Span {
  column: string
  value: string
}

/** Fields of a row in order, spans included; text without a colon belongs to the field before it. */
export function fields(text: string): Field[] {
  const out: Field[] = []
  let start = 0
  while (start < text.length) {
    let end = text.indexOf('; ', start)
    if (end < 0) end = text.length
    const colon = text.indexOf(':', start)
    if (colon >= 0 && colon < end) {
      out.push({ start, end, column: text.slice(start, colon).trim(), value: text.slice(colon + 1, end).trim() })
    } else if (out.length) {
      const last = out[out.length - 1]!
      last.end = end
      last.value = text.slice(text.indexOf(':', last.start) + 1, end).trim()
    }
    start = end + 2
  }
  return out
}

/**
 * What people ask of things, and the words for it: as a column is named, and as it is asked. Lower case, accents folded, a
 * space before and after a word that must stand alone (scripts without spaces need none).
 */
const attributes: readonly { column: string; asked: string }[] = [
  {
    column:
      ' price| cost| preis| precio| prix| prezzo| preco| prijs| pris |цена|стоимость| fiyat| gia |价格|价钱|価格|値段|ราคา|سعر|ثمن|कीमत|मूल्य|τιμη| pret |가격|מחיר| fee| tarif|요금',
    asked:
      ' how much | price| cost| expensive| cheap| pay for | wie viel kostet| was kostet| kosten | kostet| preis| teuer| cuanto cuesta| cuesta| cuestan| cuanto vale| precio| combien coute| coute| prix | cher | quanto costa| costa | costano| prezzo| quanto custa| custa | preco| hoeveel kost| kost | prijs| hur mycket kostar| kostar| pris |сколько стоит|стоит |цена|цену|стоимость| ne kadar | kac para | fiyat| bao nhieu tien| gia | bao nhiêu tiền| giá |多少钱|价格|价钱|いくら|値段|価格|ราคา|เท่าไหร่|เท่าไร|كم سعر|بكم|سعر|ثمن|कीमत|कितने का|कितने रुपये|दाम|ποσο κοστιζει|ποσο κανει|τιμη| cat costa| pret |얼마|가격|כמה עולה|מחיר',
  },
  {
    column:
      ' colour| color|farbe| couleur| colore | cor | cores | kleur| farg|цвет| renk| mau |颜色|色 |カラー|สี|لون|रंग|χρωμα| culoare|색|צבע',
    asked:
      ' colour| color| farbe| farbig| couleur| colore| colori | cor | cores | kleur| farg |цвет|каког цвета| renk| mau gi| màu|颜色|什么色|何色|色は|สีอะไร|สี|لون|रंग|χρωμα| culoare|색상|색깔|צבע',
  },
  {
    column:
      ' material| stoff| fabric| matiere| materiau| materiale| tessuto| materiaal|материал| malzeme| chat lieu|材质|材料|素材|วัสดุ|مادة|خامة|सामग्री|υλικο|재질|소재|חומר| composition',
    asked:
      ' material| made of | made from | made out of | what fabric| woraus | aus welchem material| stoff | de que esta hecho| hecho de | matiere| materiau| fait en | en quoi | di che materiale| materiale| fatto di | feito de | materiaal| gemaakt van|материал|из чего|сделан| malzeme| neden yapil| chat lieu| chất liệu|材质|什么做|材料|素材|何でできて|ทำจาก|ทำด้วย|วัสดุ|مصنوع|مادة|خامة|किससे बना|सामग्री|υλικο|φτιαγμενο| din ce |재질|소재|עשוי',
  },
  {
    column:
      ' warranty| guarantee| garantie| garantia| garanzia| garanti |гарантия| bao hanh|保修|保証|รับประกัน|ضمان|वारंटी|गारंटी|εγγυηση|보증|אחריות',
    asked:
      ' warranty| guarantee| warrantied| garantie| garantia| garanzia| garanti|гаранти| bao hanh| bảo hành|保修|质保|保証|รับประกัน|ประกัน|ضمان|كفالة|वारंटी|गारंटी|εγγυηση|보증|אחריות',
  },
  {
    column:
      ' delivery| shipping| lieferzeit| lieferung| versand| entrega| envio| livraison| consegna| spedizione| levering| bezorg| leverans|доставка| teslimat| kargo| giao hang|配送|发货|送料|納期|จัดส่ง|توصيل|شحن|डिलीवरी|παραδοση|αποστολη| livrare|배송|משלוח| lead time',
    asked:
      ' deliver| ship | ships | shipping| shipped| arrive| arrives| get here | lieferzeit| liefer| geliefert| versand| entrega| envio| enviar| llega| livraison| livre en| delai| consegn| spedizione| arriva | chega | levering| bezorg| geleverd| leverans|доставк|привез|когда придет| teslim| kargo| giao hang| giao hàng|送货|配送|发货|届|配達|納期|จัดส่ง|ส่งกี่วัน|توصيل|شحن|يصل|डिलीवरी|पहुंच|παραδοση|αποστολη| livrare|배송|도착|משלוח',
  },
  {
    column:
      ' size| dimension| measurement| width| height| length| depth| grosse| masse | abmessung| breite| tamano| medidas| dimensiones| taille| misure| dimensioni| tamanho| afmeting| maat |размер| boyut| olcu| kich thuoc|尺寸|大小|サイズ|寸法|ขนาด|مقاس|حجم|أبعاد|आकार|साइज|μεγεθος|διαστασεις| marime| dimensiuni|크기|사이즈|מידה|גודל',
    asked:
      ' how big | how large| how tall| how wide| how long is| how high| how deep| size| dimension| measurement| wie gross| wie breit| wie hoch| wie lang| grosse | masse | abmessung| que tamano| tamano| medidas| que grande| quelle taille| taille| dimensions| quanto e grande| misure| tamanho| hoe groot| afmeting| hur stor|размер|насколько большой| ne kadar buyuk| boyut| olcu| kich thuoc| kích thước|多大|尺寸|大小|どのくらい大きさ|大きさ|サイズ|寸法|ขนาด|ใหญ่แค่ไหน|مقاس|حجم|كم طول|आकार|साइज|कितना बड़ा|μεγεθος|διαστασεις|ποσο μεγαλο| cat de mare| marime|얼마나 큰|크기|사이즈|גודל',
  },
  {
    column:
      ' weight| gewicht| peso | poids| вес |масса| agirlik| trong luong| can nang|重量|重さ|น้ำหนัก|وزن|वजन|βαρος| greutate|무게|משקל',
    asked:
      ' how heavy| weigh| weight| wie schwer| wiegt | gewicht| cuanto pesa| peso | poids| combien pese| quanto pesa| hoe zwaar| weegt | hur tung|сколько весит|вес | ne kadar agir| kac kilo| agirlik| nang bao nhieu| nặng|trọng lượng|多重|重量|重さ|何キロ|หนักเท่า|น้ำหนัก|وزن|كم يزن|वजन|कितना भारी|βαρος|ποσο ζυγιζει| cat cantareste| greutate|무게|משקל|כמה שוקל',
  },
  {
    column:
      ' hours| open| offnungszeit| horario| horaire| orari| openingstijd| oppettid|часы|время работы| saat| gio mo|营业时间|営業時間|เวลาเปิด|ساعات|समय|ωραριο| program |영업시간|שעות',
    asked:
      ' when open| opening hour| what time| opens | closes| open on | open until| wann offen| geoffnet| offnungszeit| wann hat | horario| a que hora| abre | cierra | horaire| heures d| ouvre| ferme | orari| apre | chiude| que horas| openingstijd| hoe laat| oppettid|когда открыт|часы работы|до скольки| saat kac| kacta | may gio| mấy giờ|几点|营业时间|何時|営業時間|กี่โมง|เปิดกี่|متى يفتح|ساعات|कितने बजे|समय|ωραριο|τι ωρα| la ce ora|몇 시|영업시간|שעות',
  },
  {
    column:
      ' phone| telephone| tel | telefon| telefono| fono|телефон| dien thoai|电话|電話|โทร|هاتف|फ़ोन|फोन|τηλεφωνο|전화|טלפון',
    asked:
      ' phone| call | telephone| telefon| anrufen| llamar| telephone| appeler| chiamare| ligar | bellen | ringa |телефон|позвонить| ara | dien thoai| điện thoại|电话|電話|โทร|هاتف|اتصال|फ़ोन|फोन|τηλεφωνο|전화|טלפון',
  },
  {
    column:
      ' address| location| adresse| direccion| indirizzo| endereco| adres| adress|адрес| dia chi|地址|住所|ที่อยู่|عنوان|पता|διευθυνση| adresa|주소|כתובת',
    asked:
      ' where is| where are| address| located| adresse| wo ist| wo liegt| direccion| donde esta| ou est | ou se trouve| indirizzo| dove si trova| endereco| onde fica| waar is| adres|адрес|где находится| nerede| o dau| ở đâu| địa chỉ|在哪|地址|どこ|住所|อยู่ที่ไหน|ที่อยู่|أين|عنوان|कहां है|पता|που ειναι|διευθυνση| unde | adresa|어디|주소|איפה|כתובת',
  },
  {
    column:
      ' sku | article| item no| item number| product code| product number| part number| artikelnummer| artikel| referencia| codigo| reference| codice|артикул| urun kodu| stok kodu| ma san pham|货号|商品番号|品番|รหัส|رقم|कोड|κωδικος| cod |품번|מק ט| ean | isbn | code',
    asked:
      ' sku | article number| item number| product code| product number| part number| order number for| article no| artikelnummer| bestellnummer| referencia| codigo| numero de article| reference| codice|артикул| urun kodu| stok kodu| ma san pham| mã sản phẩm|货号|编号|商品番号|品番|型番|รหัส|رقم المنتج|رمز|कोड|κωδικος| cod produs|품번|상품번호|מק ט|קוד',
  },
  {
    column:
      ' stock| availab| lager| verfugbar| disponib| voorraad|наличи| stok | con hang|库存|在庫|สต็อก|متوفر|स्टॉक|διαθεσιμ|재고|מלאי',
    asked:
      ' in stock| available| availability| left in| auf lager| verfugbar| lieferbar| disponib| en stock| voorraad|в наличии|есть в| stokta| con hang| còn hàng|有货|库存|在庫|มีของ|สต็อก|متوفر|स्टॉक|उपलब्ध|διαθεσιμ|재고|במלאי',
  },
  {
    column:
      ' brand| maker| manufacturer| marke | hersteller| marca | marque| merk |бренд|марка| marka| thuong hieu|品牌|ブランド|メーカー|ยี่ห้อ|ماركة|ब्रांड|μαρκα|브랜드|מותג',
    asked:
      ' brand| who makes| manufacturer| maker| marke | hersteller| marca | marque| merk |бренд|производител| marka| thuong hieu| thương hiệu|品牌|ブランド|メーカー|ยี่ห้อ|ماركة|ब्रांड|μαρκα|브랜드|מותג',
  },
]

const split = attributes.map(a => ({ column: a.column.split('|').map(cue), asked: a.asked.split('|').map(cue) }))

/** Folded like the texts it is looked for in; Vietnamese cues with their tones fold to those without. */
function cue(text: string): string {
  return fold(text)
}

/** Words joined by single spaces, one before the first and after the last. */
function plain(text: string): string {
  let out = ' '
  for (const token of tokenize(text, 'und')) if (!token.piece) out += `${fold(token.word)} `
  return out + fold(lower(text))
}

interface AskedAttributes {
  /** Of the attributes a question asks for. */
  numbers: number[]
  /** The words of it that do so. */
  cues: string
  /** All its words, folded. */
  words: ReadonlySet<string>
}

/** The last question read: the decision and the extraction ask for the same one. */
let last: { question: string; found: AskedAttributes } | undefined

function askedAttributes(question: string): AskedAttributes {
  if (last?.question !== question) last = { question, found: readAttributes(question) }
  return last.found
}

function readAttributes(question: string): AskedAttributes {
  const text = plain(question)
  const numbers: number[] = []
  let cues = ''
  split.forEach((attribute, i) => {
    const found = attribute.asked.filter(c => text.includes(c))
    if (found.length === 0) return
    numbers.push(i)
    cues += ` ${found.join(' ')} `
  })
  return { numbers, cues, words: new Set(tokenize(question, 'und').map(t => fold(t.word))) }
}

export interface Asked {
  /** The fields asked for; empty when the question names none. */
  fields: Field[]
  /** 1: a column is asked for and there; -1: asked for and not there; 0: none is recognised. */
  found: -1 | 0 | 1
  /** Words of the question that speak of the attribute, folded, separated by spaces. */
  cues: string
}

/** Which of a row's columns a question asks for. */
export function askedOf(text: string, question: string): Asked {
  const all = fields(text)
  const head = question.slice(0, 500)
  const { numbers, cues, words: asked } = askedAttributes(head)
  const named: Field[] = []
  const meant: Field[] = []
  all.forEach((field, i) => {
    const name = plain(field.column)
    if (numbers.some(n => split[n]!.column.some(c => name.includes(c)))) meant.push(field)
    // By its own name: every word of the column's name that is longer than two letters stands in the question.
    const words = tokenize(field.column.replace(/\([^)]*\)/g, ' '), 'und').filter(t => t.word.length > 2)
    if (i > 0 && words.length > 0 && words.every(t => asked.has(fold(t.word)))) named.push(field)
  })
  const found = named.length ? named : meant
  return {
    fields: found,
    found: found.length ? 1 : numbers.length ? -1 : 0,
    cues: cues + named.map(f => plain(f.column)).join(' '),
  }
}
