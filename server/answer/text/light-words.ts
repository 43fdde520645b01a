/**
 * Words that are no function words and yet say little about what is asked: verbs of doing, having and speaking, nouns like
 * "way" and "thing", adverbs of degree. Written down from general knowledge of each language, as they stand in any list of its
 * commonest words; none comes from a question set. What a topic may be ("time", "name", "address") is not among them.
 */
import { stem } from './stem.ts'

const lists: Record<string, string> = {
  en: `use used make made take took taken give given find found go goes went gone come came see saw seen look try tried say said
    think thought believe feel felt ask wonder wish hope happen work start keep kept put set show shown turn mean meant seem
    understand understood knew known need want allow cause become became provide explain suggest recommend way thing something
    anything everything nothing someone anyone everyone somebody anybody people person kind sort type lot bit part case problem
    issue question reason example fact point place idea option information good best better great nice fine same different
    certain particular specific easy simple right wrong sure able possible whole own common main various really actually
    currently basically simply still already yet again always ever never often usually sometimes maybe perhaps quite away back
    around without soon anymore instead else also once together however every each both several few little within between
    through during against per via`,
  de: `benutzen benutzt verwenden verwendet nutzen machen macht gemacht tun tut getan nehmen nimmt genommen geben gegeben finden
    gefunden gehen geht gegangen kommen kommt gekommen sehen sieht gesehen schauen versuchen versucht sagen sagt gesagt denken
    glauben meinen wissen weiß fragen wünschen hoffen passieren funktionieren anfangen beginnen halten stellen setzen legen
    zeigen bedeuten scheinen verstehen brauchen benötigen möchten wollen lassen lässt bringen bleiben bekommen erhalten erklären
    empfehlen weg ding sache leute person art sorte teil fall problem frage grund beispiel tatsache punkt stelle idee
    möglichkeit information gut besser beste gleich verschieden bestimmt einfach leicht richtig falsch sicher möglich ganz
    eigen wirklich eigentlich derzeit momentan bereits schon immer nie oft manchmal vielleicht ziemlich zurück bald stattdessen
    zusammen allerdings einige mehrere wenig etwas nichts jemand niemand überhaupt irgendwie ungefähr`,
  es: `usar uso utilizar hacer hecho hice tomar dar dado encontrar ir ido venir ver visto mirar intentar tratar decir dicho pensar
    creer sentir preguntar esperar pasar funcionar empezar comenzar mantener poner puesto mostrar significar parecer entender
    saber sabe conocer necesitar querer permitir causar llegar explicar recomendar dejar llamar llevar quedar forma manera cosa
    algo nada alguien gente persona tipo parte caso problema pregunta razon ejemplo hecho punto lugar idea opcion informacion
    bueno mejor mismo diferente cierto particular facil simple correcto seguro posible propio comun realmente actualmente
    todavia siempre nunca menudo veces quizas bastante atras pronto vez junto embargo varios`,
  fr: `utiliser faire fait prendre pris donner trouver aller venir voir vu regarder essayer dire dit penser croire sentir demander
    esperer arriver passer marcher commencer garder mettre mis montrer signifier sembler comprendre savoir sait connaitre
    vouloir permettre causer devenir expliquer recommander laisser appeler façon maniere chose quelque rien quelqu gens
    personne sorte type partie cas probleme question raison exemple point endroit idee option information bon bonne meilleur
    mieux different certain particulier facile simple correct sur possible propre commun vraiment actuellement toujours jamais
    souvent parfois assez retour bientot fois ensemble cependant plusieurs`,
  it: `usare utilizzare fare fatto prendere preso dare trovare andare venire vedere visto guardare provare dire detto pensare
    credere sentire chiedere sperare succedere funzionare iniziare cominciare tenere mettere messo mostrare significare sembrare
    capire sapere conoscere volere permettere diventare spiegare consigliare lasciare chiamare modo maniera cosa qualcosa niente
    qualcuno gente persona tipo parte caso problema domanda ragione esempio fatto punto posto idea opzione informazione buono
    migliore meglio stesso diverso certo particolare facile semplice giusto sicuro possibile proprio comune davvero attualmente
    sempre mai spesso volta forse abbastanza indietro presto insieme tuttavia diversi`,
  pt: `usar utilizar fazer feito tomar dar dado encontrar ir vir ver visto olhar tentar dizer dito pensar achar acreditar sentir
    perguntar esperar acontecer funcionar começar manter colocar mostrar significar parecer entender saber sabe conhecer
    precisar permitir causar tornar chegar explicar recomendar deixar chamar levar ficar forma maneira jeito coisa algo nada
    alguem gente pessoa tipo parte caso problema pergunta razao exemplo fato ponto lugar ideia opçao informaçao bom melhor mesmo
    diferente certo particular facil simples correto seguro possivel proprio comum realmente atualmente ainda sempre nunca vezes
    talvez bastante logo vez junto porem varios`,
  nl: `gebruiken gebruikt doen gedaan nemen genomen geven gegeven vinden gevonden gaan gegaan komen zien gezien kijken proberen
    zeggen gezegd denken geloven voelen vragen hopen gebeuren werken beginnen houden zetten tonen laten betekenen lijken
    begrijpen weten kennen nodig krijgen brengen uitleggen aanraden manier ding iets iemand niemand mensen persoon soort deel
    geval probleem vraag reden voorbeeld feit punt plaats idee optie informatie goed beter beste zelfde verschillend bepaald
    makkelijk eenvoudig juist zeker mogelijk eigen echt eigenlijk momenteel steeds nooit vaak soms misschien terug snel keer
    samen echter verschillende`,
  sv: `använda använder gjort ta tagit ge gett hitta gått komma kommer se sett titta försöka säga sagt tänka tro känna fråga hoppas
    hända fungera börja hålla sätta visa betyda verka förstå veta vet behöva låta bli förklara rekommendera sätt sak något någon
    folk person slags typ del fall problem fråga anledning exempel faktum punkt plats ide alternativ information bra bättre bäst
    olika viss lätt enkel rätt säker möjlig egen verkligen egentligen fortfarande redan alltid aldrig ofta ibland kanske ganska
    tillbaka snart gång tillsammans flera`,
  ru: `использовать пользоваться делать сделать взять брать дать давать найти находить идти прийти видеть смотреть пытаться
    попробовать сказать говорить думать считать чувствовать спросить спрашивать надеяться случиться произойти работать начать
    начинать держать положить поставить показать значить означать казаться понять понимать знать нужно нужен хотеть позволить
    стать становиться получить получать объяснить посоветовать рекомендовать являться называться способ вещь ничто кто-то люди
    человек вид тип часть случай проблема вопрос причина пример факт место идея вариант информация хороший хорошо лучший лучше
    разный другой определенный простой просто легко правильный уверен возможный возможно собственный действительно
    всегда никогда часто иногда довольно обратно скоро вместо вместе однако несколько каждый`,
  ar: `استخدم يستخدم استخدام فعل يفعل عمل يعمل اخذ ياخذ اعطى يعطي وجد يجد ذهب ياتي جاء راى يرى نظر حاول قال يقول ظن اعتقد شعر سال يسال
    حدث يحدث بدا يبدا وضع اظهر يعني فهم عرف يعرف احتاج يحتاج اراد يريد سمح اصبح حصل يحصل شرح طريقه شيء احد ناس شخص نوع جزء حاله
    مشكله سؤال سبب مثال حقيقه مكان فكره خيار معلومات جيد افضل نفس مختلف معين سهل بسيط صحيح ممكن خاص عام حقا حاليا لازال دائما ابدا
    غالبا احيانا ربما مره معا عده كثير قليل بشكل`,
  hi: `उपयोग प्रयोग इस्तेमाल करना बनाना लेना देना मिलना पाना जाना आना देखना कोशिश कहना कहा बोलना सोचना मानना पूछना बताना बताएं बताओ होना शुरू रखना
    दिखाना मतलब लगना समझना जानना पता चाहना ज़रूरत जरूरत तरीका चीज़ चीज बात लोग व्यक्ति प्रकार भाग हिस्सा मामला समस्या सवाल प्रश्न कारण उदाहरण
    तथ्य जगह विचार विकल्प जानकारी अच्छा बेहतर सबसे अलग निश्चित आसान सरल सही संभव अपना वास्तव हमेशा अक्सर शायद काफी वापस जल्दी साथ
    हालांकि प्रत्येक`,
  tr: `kullanmak kullanılan yapmak yapılan almak vermek bulmak bulunan gitmek gelmek görmek bakmak denemek çalışmak söylemek demek
    düşünmek inanmak hissetmek sormak ummak başlamak tutmak koymak göstermek anlamak bilmek istemek gerekmek gerek lazım olmak
    etmek açıklamak önermek yol şey biri kimse insan kişi tür çeşit kısım parça durum sorun problem soru neden sebep örnek gerçek
    yer fikir seçenek bilgi iyi daha aynı farklı belirli kolay basit doğru emin mümkün kendi gerçekten şu hala zaten hep asla
    sık bazen belki oldukça geri yakında kere beraber birlikte ancak birkaç`,
  el: `χρησιμοποιω χρηση κανω παιρνω πηρα δινω βρισκω πηγαινω παω ερχομαι βλεπω κοιταω προσπαθω λεω ειπα νομιζω πιστευω ρωταω ελπιζω
    συμβαινει δουλευω λειτουργει αρχιζω κραταω βαζω δειχνω σημαινει φαινεται καταλαβαινω ξερω γνωριζω χρειαζομαι χρειαζεται επιτρεπει
    γινεται εξηγω προτεινω τροπος πραγμα τιποτα καποιος ανθρωπος ατομο ειδος μερος περιπτωση προβλημα ερωτηση λογος παραδειγμα
    γεγονος σημειο ιδεα επιλογη πληροφορια καλος καλα καλυτερος ιδιος διαφορετικος συγκεκριμενος ευκολος απλος σωστος σιγουρος
    δυνατος κοινος πραγματικα παντα συχνα ισως αρκετα πισω συντομα φορα μαζι αρκετος καθε`,
  ro: `folosi utiliza face facut lua luat da gasi merge veni vedea vazut uita incerca spune zice crede gandi simti intreba spera
    intampla functiona incepe tine pune arata insemna parea intelege sti stiu cunoaste avea nevoie vrea permite deveni explica
    recomanda lasa numi mod fel lucru ceva nimic cineva oameni persoana tip parte caz problema intrebare motiv exemplu fapt punct
    loc idee optiune informatie bun bine mai acelasi diferit anumit usor simplu corect sigur posibil propriu comun adevarat
    mereu niciodata adesea uneori poate destul inapoi curand data impreuna totusi cateva fiecare`,
  vi: `dùng sử dụng làm lấy đưa cho tìm thấy đi đến xem nhìn thử nói nghĩ tin cảm hỏi mong xảy bắt đầu giữ đặt chỉ nghĩa hiểu biết
    cần muốn giúp trở giải thích việc thứ người loại phần trường hợp vấn đề câu lý ví dụ chỗ ý thông tin tốt nhất giống khác
    dễ đúng chắc thể riêng thật hiện vẫn luôn thường lần cùng nhau vài mỗi`,
  pl: `uzywac uzyc robic zrobic brac wziac dac dawac znalezc isc pojsc przyjsc widziec patrzec probowac powiedziec mowic myslec wierzyc
    czuc pytac zapytac dzialac zaczac trzymac polozyc pokazac znaczyc rozumiec wiedziec znac potrzebowac potrzebuje chciec
    pozwolic stac wyjasnic polecic sposob rzecz cos nic ktos ludzie osoba rodzaj typ czesc przypadek problem pytanie powod
    przyklad fakt punkt miejsce pomysl opcja informacja dobry lepszy najlepszy sam inny pewny latwy prosty mozliwy wlasny
    naprawde zawsze nigdy czesto czasami wlasnie razem kilka kazdy`,
  id: `pakai menggunakan guna buat membuat ambil beri memberi temukan pergi datang lihat melihat coba bilang kata pikir percaya rasa
    tanya harap terjadi kerja mulai simpan taruh tunjuk arti paham mengerti tahu perlu butuh ingin izin jelaskan cara hal sesuatu
    orang jenis tipe bagian kasus masalah pertanyaan alasan contoh fakta tempat ide pilihan informasi baik terbaik sama beda
    tertentu mudah benar yakin mungkin sendiri sebenarnya selalu sering kadang cukup kembali segera kali bersama beberapa setiap`,
  zh: `知道 使用 进行 問題 问题 方法 觉得 认为 需要 应该 时候 情况 东西 事情 一个 一些 一种 这种 那种 信息 一下 一般 现在 已经 还是 或者 通过 关于 由于 因为 所以 但是
    具有 成为 提供 得到 发生 属于 包括 出现`,
  ja: `使用 利用 方法 問題 場合 必要 可能 情報 教え 知り 思い 思う 言う 見る 出来 でき きる 行う 行わ 行っ 持つ 自分 時間 理由 意味`,
  ko: `사용 이용 방법 문제 경우 필요 가능 정보 생각 대해 대한 관련 통해 위해 이유 의미 사람 정도 제공`,
}

/** What a light word weighs against another of the same rarity. */
export const lightWeight = 0.5

const stems = new Map<string, ReadonlySet<string>>()
const none: ReadonlySet<string> = new Set()

/** Stems (pieces in scripts without spaces) of the light words of a language; empty when none are written down. */
export function lightWords(lang: string): ReadonlySet<string> {
  let known = stems.get(lang)
  if (!known) {
    const words = lists[lang]
    known = words ? new Set(words.split(/\s+/).map(word => stem(word, lang))) : none
    stems.set(lang, known)
  }
  return known
}
