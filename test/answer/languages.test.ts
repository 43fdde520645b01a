import { describe, expect, it } from 'vitest'
import { createIndex, decide, type Entry, extract, noticeLanguage } from '../../server/answer/engine.ts'

/** For each language: three entries (question | answer), then what a visitor asks of each, then something else. */
const bases: Record<string, { entries: [string, string][]; asked: string[]; other: string }> = {
  en: {
    entries: [
      ['When are you open?', 'We are open from nine to six, Monday to Friday.'],
      ['How much does delivery cost?', 'Delivery costs 5 euros, from 50 euros it is free.'],
      ['Can I return a book?', 'Books can be returned within 14 days with the receipt.'],
    ],
    asked: ['what are the hours when you open', 'delivery costs', 'returning a book'],
    other: 'Who won the football world cup?',
  },
  de: {
    entries: [
      ['Wann haben Sie geöffnet?', 'Wir haben montags bis freitags von neun bis achtzehn Uhr geöffnet.'],
      ['Was kostet der Versand?', 'Der Versand kostet 5 Euro, ab 50 Euro ist er frei.'],
      ['Kann ich ein Buch zurückgeben?', 'Bücher können innerhalb von 14 Tagen mit Beleg zurückgegeben werden.'],
    ],
    asked: ['ab wann ist geoffnet', 'Versandkosten', 'Bücher zurückgeben'],
    other: 'Wer gewann die Fußballweltmeisterschaft?',
  },
  es: {
    entries: [
      ['¿Cuándo están abiertos?', 'Estamos abiertos de lunes a viernes, de nueve a seis.'],
      ['¿Cuánto cuesta el envío?', 'El envío cuesta 5 euros; a partir de 50 euros es gratis.'],
      ['¿Puedo devolver un libro?', 'Los libros se pueden devolver en 14 días con el recibo.'],
    ],
    asked: ['a qué hora abren, están abiertos hoy', 'coste del envio', 'devolver libros'],
    other: '¿Quién ganó el mundial de fútbol?',
  },
  fr: {
    entries: [
      ['Quand êtes-vous ouverts ?', 'Nous sommes ouverts du lundi au vendredi, de neuf à dix-huit heures.'],
      ['Combien coûte la livraison ?', 'La livraison coûte 5 euros, elle est gratuite dès 50 euros.'],
      ['Puis-je rendre un livre ?', 'Les livres peuvent être rendus sous 14 jours avec le reçu.'],
    ],
    asked: ['vous êtes ouverts quand', 'prix de la livraison', 'rendre des livres'],
    other: 'Qui a gagné la coupe du monde de football ?',
  },
  it: {
    entries: [
      ['Quando siete aperti?', 'Siamo aperti dal lunedì al venerdì, dalle nove alle diciotto.'],
      ['Quanto costa la spedizione?', 'La spedizione costa 5 euro, da 50 euro è gratuita.'],
      ['Posso restituire un libro?', 'I libri si possono restituire entro 14 giorni con lo scontrino.'],
    ],
    asked: ['siete aperti oggi', 'costo della spedizione', 'restituire libri'],
    other: 'Chi ha vinto il mondiale di calcio?',
  },
  pt: {
    entries: [
      ['Quando estão abertos?', 'Estamos abertos de segunda a sexta, das nove às dezoito horas.'],
      ['Quanto custa a entrega?', 'A entrega custa 5 euros; a partir de 50 euros é grátis.'],
      ['Posso devolver um livro?', 'Os livros podem ser devolvidos em 14 dias com o recibo.'],
    ],
    asked: ['estão abertos hoje', 'custo da entrega', 'devolver livros'],
    other: 'Quem ganhou o campeonato do mundo de futebol?',
  },
  nl: {
    entries: [
      ['Wanneer zijn jullie open?', 'Wij zijn open van maandag tot vrijdag, van negen tot zes uur.'],
      ['Wat kost de bezorging?', 'De bezorging kost 5 euro, vanaf 50 euro is die gratis.'],
      ['Kan ik een boek terugbrengen?', 'Boeken kunnen binnen 14 dagen met de bon worden teruggebracht.'],
    ],
    asked: ['tot hoe laat zijn jullie open', 'kosten bezorging', 'boek terugbrengen'],
    other: 'Wie won het wereldkampioenschap voetbal?',
  },
  sv: {
    entries: [
      ['När har ni öppet?', 'Vi har öppet måndag till fredag, från nio till arton.'],
      ['Vad kostar leveransen?', 'Leveransen kostar 5 euro, från 50 euro är den gratis.'],
      ['Kan jag lämna tillbaka en bok?', 'Böcker kan lämnas tillbaka inom 14 dagar med kvitto.'],
    ],
    asked: ['har ni öppet idag', 'kostnad för leverans', 'lämna tillbaka boken'],
    other: 'Vem vann fotbolls-VM?',
  },
  ru: {
    entries: [
      ['Когда вы открыты?', 'Мы открыты с понедельника по пятницу с девяти до шести.'],
      ['Сколько стоит доставка?', 'Доставка стоит 5 евро, от 50 евро она бесплатна.'],
      ['Можно ли вернуть книгу?', 'Книги можно вернуть в течение 14 дней с чеком.'],
    ],
    asked: ['вы сегодня открыты', 'стоимость доставки', 'вернуть книги'],
    other: 'Кто выиграл чемпионат мира по футболу?',
  },
  ar: {
    entries: [
      ['متى تفتحون المتجر؟', 'نفتح المتجر من الاثنين إلى الجمعة من التاسعة حتى السادسة.'],
      ['كم تكلفة التوصيل؟', 'تكلفة التوصيل 5 يورو وهو مجاني ابتداء من 50 يورو.'],
      ['هل يمكنني إرجاع كتاب؟', 'يمكن إرجاع الكتب خلال 14 يوما مع الإيصال.'],
    ],
    asked: ['متى يفتح المتجر', 'تكلفه التوصيل', 'إرجاع الكتاب'],
    other: 'من فاز بكأس العالم لكرة القدم؟',
  },
  hi: {
    entries: [
      ['दुकान कब खुलती है?', 'दुकान सोमवार से शुक्रवार सुबह नौ से शाम छह बजे तक खुली रहती है।'],
      ['डिलीवरी का शुल्क कितना है?', 'डिलीवरी का शुल्क 50 रुपये है, 500 रुपये से ऊपर मुफ़्त है।'],
      ['क्या मैं किताब लौटा सकता हूँ?', 'किताबें 14 दिन के अंदर रसीद के साथ लौटाई जा सकती हैं।'],
    ],
    asked: ['दुकान खुलने का समय', 'डिलीवरी शुल्क', 'किताब लौटाना'],
    other: 'फुटबॉल विश्व कप किसने जीता?',
  },
  tr: {
    entries: [
      ['Ne zaman açıksınız?', 'Pazartesiden cumaya dokuzdan altıya kadar açığız.'],
      ['Teslimat ücreti ne kadar?', 'Teslimat ücreti 5 avro, 50 avrodan sonra ücretsizdir.'],
      ['Kitap iade edebilir miyim?', 'Kitaplar fişle birlikte 14 gün içinde iade edilebilir.'],
    ],
    asked: ['bugün açık mısınız, ne zaman', 'teslimatın ücreti', 'kitabı iade etmek'],
    other: 'Futbol dünya kupasını kim kazandı?',
  },
  el: {
    entries: [
      ['Πότε είστε ανοιχτά;', 'Είμαστε ανοιχτά Δευτέρα με Παρασκευή, από τις εννέα έως τις έξι.'],
      ['Πόσο κοστίζει η αποστολή;', 'Η αποστολή κοστίζει 5 ευρώ, από 50 ευρώ είναι δωρεάν.'],
      ['Μπορώ να επιστρέψω ένα βιβλίο;', 'Τα βιβλία επιστρέφονται εντός 14 ημερών με την απόδειξη.'],
    ],
    asked: ['ειστε ανοιχτα σημερα', 'κόστος αποστολής', 'επιστροφή βιβλίου'],
    other: 'Ποιος κέρδισε το μουντιάλ;',
  },
  ro: {
    entries: [
      ['Când sunteți deschiși?', 'Suntem deschiși de luni până vineri, de la nouă la optsprezece.'],
      ['Cât costă livrarea?', 'Livrarea costă 25 de lei, peste 200 de lei este gratuită.'],
      ['Pot returna o carte?', 'Cărțile pot fi returnate în 14 zile cu bonul.'],
    ],
    asked: ['sunteti deschisi azi', 'costul livrării', 'returnarea cărții'],
    other: 'Cine a câștigat campionatul mondial de fotbal?',
  },
  vi: {
    entries: [
      ['Cửa hàng mở cửa lúc nào?', 'Cửa hàng mở cửa từ thứ hai đến thứ sáu, chín giờ đến sáu giờ.'],
      ['Phí giao hàng là bao nhiêu?', 'Phí giao hàng là 30 nghìn đồng, miễn phí từ 500 nghìn đồng.'],
      ['Tôi có thể trả lại sách không?', 'Sách có thể trả lại trong 14 ngày cùng hóa đơn.'],
    ],
    asked: ['giờ mở cửa của cửa hàng', 'phi giao hang', 'trả lại sách'],
    other: 'Ai vô địch bóng đá thế giới?',
  },
  th: {
    entries: [
      ['ร้านเปิดกี่โมง', 'ร้านเปิดวันจันทร์ถึงวันศุกร์ เก้าโมงถึงหกโมงเย็น'],
      ['ค่าจัดส่งเท่าไหร่', 'ค่าจัดส่ง 50 บาท สั่งเกิน 500 บาทส่งฟรี'],
      ['คืนหนังสือได้ไหม', 'คืนหนังสือได้ภายใน 14 วันพร้อมใบเสร็จ'],
    ],
    asked: ['ร้านเปิดวันไหน', 'ค่าจัดส่ง', 'อยากคืนหนังสือ'],
    other: 'ใครชนะฟุตบอลโลก',
  },
  zh: {
    entries: [
      ['你们几点营业？', '我们周一至周五早上九点到下午六点营业。'],
      ['送货要多少钱？', '送货费5元，满50元免费送货。'],
      ['书可以退货吗？', '书籍可在14天内凭收据退货。'],
    ],
    asked: ['营业时间', '送货费用', '怎么退货'],
    other: '谁赢了世界杯足球赛？',
  },
  ja: {
    entries: [
      ['営業時間を教えてください', '営業時間は月曜から金曜の9時から18時です。'],
      ['送料はいくらですか', '送料は500円、5000円以上のご注文は無料です。'],
      ['本を返品できますか', '本はレシートがあれば14日以内に返品できます。'],
    ],
    asked: ['何時まで営業していますか', '送料', '返品したい'],
    other: 'サッカーのワールドカップで優勝したのは誰？',
  },
  ko: {
    entries: [
      ['영업시간이 어떻게 되나요?', '영업시간은 월요일부터 금요일 오전 9시부터 오후 6시까지입니다.'],
      ['배송비는 얼마인가요?', '배송비는 3000원이며 5만원 이상은 무료입니다.'],
      ['책을 반품할 수 있나요?', '책은 영수증이 있으면 14일 이내에 반품할 수 있습니다.'],
    ],
    asked: ['영업시간 알려주세요', '배송비', '책 반품'],
    other: '월드컵 축구 우승국은 어디야?',
  },
}

const entriesOf = (lang: string): Entry[] =>
  bases[lang]!.entries.map(([question, text], i) => ({ id: `${lang}${i}`, kind: 'qa', question, text }))

describe.each(Object.keys(bases))('in %s', lang => {
  const { asked, other, entries } = bases[lang]!
  const index = createIndex()
  for (const entry of entriesOf(lang)) index.add(entry)

  it('a question is noticed, finds its entry and is answered; another one is refused', () => {
    for (const [question, text] of entries) {
      expect(noticeLanguage(`${question} ${text}`)).toBe(lang)
      expect(decide(index.rank(question), question).answered).toBe(true)
    }
    asked.forEach((question, i) => {
      const ranked = index.rank(question)
      expect(ranked[0]?.entry.id, question).toBe(`${lang}${i}`)
      expect(decide(ranked, question).answered, question).toBe(true)
      expect(extract(ranked[0]!, question).text).toBe(entries[i]![1])
    })
    expect(decide(index.rank(other), other).answered, other).toBe(false)
  })
})

it('one knowledge base may hold all languages', () => {
  const index = createIndex()
  for (const lang of Object.keys(bases)) for (const entry of entriesOf(lang)) index.add(entry)
  for (const [lang, { entries }] of Object.entries(bases))
    entries.forEach(([question], i) => {
      expect(index.rank(question)[0]!.entry.id).toBe(`${lang}${i}`)
    })
})

it('Vietnamese typed without its accents finds the entry that has them', () => {
  const index = createIndex()
  for (const entry of entriesOf('vi')) index.add(entry)
  for (const question of ['cua hang mo cua luc nao', 'toi co the tra lai sach khong'])
    expect(decide(index.rank(question), question).answered, question).toBe(true)
})

it('the name of a product does not decide the language of its row', () => {
  const index = createIndex()
  const row = (name: string): Entry => ({
    id: name,
    kind: 'row',
    title: name,
    text: `Product: ${name}; Category: Lighting; Colour: navy; Delivery: 3 to 5 working days`,
  })
  for (const name of ['Luma Plus floor lamp', 'Oslo Pro desk lamp', 'Oslo Plus sofa']) index.add(row(name))
  for (const ranked of index.rank('which lamp or sofa')) expect(ranked.lang).toBe('en')
})

it.each([
  ['en', 'using', 'bicycle'],
  ['de', 'benutzen', 'fahrrad'],
  ['fr', 'utiliser', 'bicyclette'],
  ['ru', 'использовать', 'велосипед'],
  ['tr', 'kullanmak', 'bisiklet'],
  ['el', 'χρησιμοποιω', 'ποδηλατο'],
  ['ro', 'folosi', 'bicicleta'],
])('in %s “%s” weighs less than a thing, however rare both are', (lang, verb, thing) => {
  const index = createIndex()
  index.add({ id: 'verb', kind: 'text', lang, text: verb })
  index.add({ id: 'thing', kind: 'text', lang, text: thing })
  const [best] = index.rank(`${verb} ${thing}`)
  expect(best!.entry.id).toBe('thing')
  expect(best!.asked[0]!.weight).toBeLessThan(best!.asked[1]!.weight)
})
