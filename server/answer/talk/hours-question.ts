/**
 * Recognises a question for the opening hours of the company itself: it names them, and nothing but words of such questions is left.
 * "When does the pool open?" is about the pool, and is none.
 */
import { fold } from './fold.ts'

interface Vocabulary {
  /** One of these is in it, as whole words. */
  names: readonly string[]
  /** All other words are among these. */
  others: ReadonlySet<string>
}

/** Longer messages are about more. */
const maxChars = 100

const list = (text: string) => text.split('|').map(fold)
const vocabulary = (names: string, others: string): Vocabulary => ({
  names: list(names),
  others: new Set(fold(others).split(' ')),
})

const spaced: readonly Vocabulary[] = [
  vocabulary(
    'opening hours|opening times|opening time|business hours|office hours|store hours|shop hours|hours|open|opened|close|closed|closing time|closing times',
    'what when are your you the s do does is until till long late early at on today tomorrow now currently still this weekend weekends weekday weekdays week monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays please hi hello can tell me of and or from to which days day public bank holidays holiday christmas easter new year eve morning evening afternoon also again shop store office company am pm o clock in will be guys re',
  ),
  vocabulary(
    'öffnungszeiten|öffnungszeit|geschäftszeiten|sprechzeiten|bürozeiten|servicezeiten|geöffnet|offen|geschlossen|öffnet|öffnen|schließt|schließen|macht ihr auf|macht ihr zu|machen sie auf|machen sie zu|habt ihr auf|haben sie auf|habt ihr zu|haben sie zu|habt ihr heute auf|haben sie heute auf',
    'wie sind was eure ihre deine die der das den ihr sie wann bis ab von zu um uhr wieder denn eigentlich heute morgen jetzt gerade noch am an im in und oder samstag samstags sonntag sonntags montag montags dienstag dienstags mittwoch mittwochs donnerstag donnerstags freitag freitags wochenende feiertag feiertagen feiertags weihnachten ostern silvester lange habt haben hat seid sind ist auf bitte hallo guten tag moin mir sagen können könnt nennen laden geschäft büro welche welchen tagen auch eigentlichen es',
  ),
  vocabulary(
    'horario|horarios|abierto|abierta|abiertos|abren|abrís|abre|cerrado|cerrada|cerrados|cierran|cierra|cerráis|hora de cierre|hora de apertura|horas de apertura',
    'qué cuál cuáles es son el la los las su sus vuestro tu de del a en hasta desde cuándo hora horas atención comercial hoy mañana ahora fin semana lunes martes miércoles jueves viernes sábado sábados domingo domingos festivo festivos está están estáis ustedes tienen tiene tenéis tienda oficina por favor hola y o buenos buenas días tardes me puede decir todavía al público navidad apertura cierre',
  ),
  vocabulary(
    'horaire|horaires|heures d ouverture|heure d ouverture|heure de fermeture|ouvert|ouverts|ouverte|ouvrez|ouvre|fermé|fermés|fermée|fermez|ferme',
    'quels quelles quel quelle sont est vos votre les le la l de d du des à au aux jusqu jusque quand heure heures êtes vous tu aujourd hui demain maintenant actuellement ce cet week end weekend lundi mardi mercredi jeudi vendredi samedi dimanche jours jour férié fériés magasin boutique bureau bonjour svp s il te plaît encore et ou en qu que noël ouverture fermeture',
  ),
  vocabulary(
    'orari|orario|orari di apertura|aperto|aperti|aperta|aprite|apre|chiuso|chiusi|chiusa|chiudete|chiude|orario di chiusura',
    'qual quali che cosa è sono i il la le gli di del a ad alle ora ore fino quando siete oggi domani adesso ancora fine settimana nel lunedì martedì mercoledì giovedì venerdì sabato domenica festivi negozio ufficio per favore ciao buongiorno vostri vostro tuoi suoi e o avete in natale apertura chiusura',
  ),
  vocabulary(
    'horário|horários|aberto|aberta|abertos|abrem|abre|fechado|fechada|fechados|fecham|fecha|horário de funcionamento|horário de atendimento',
    'qual quais é são o a os as de do da das dos em no na à às até que hora horas quando está estão vocês você hoje amanhã agora fim semana segunda terça quarta quinta sexta feira sábado sábados domingo domingos feriado feriados loja escritório por favor olá oi bom boa dia tarde ainda ao seu e ou natal abertura fecho funcionamento',
  ),
  vocabulary(
    'openingstijden|openingstijd|openingsuren|open|geopend|gesloten|dicht|sluiten|sluit|sluitingstijd',
    'wat zijn jullie uw de het hoe laat tot wanneer bent u je is er vandaag morgen nu weekend maandag dinsdag woensdag donderdag vrijdag zaterdag zondag feestdag feestdagen winkel kantoor hallo alstublieft nog op in of en gaan gaat om van lang kerst',
  ),
  vocabulary(
    'öppettider|öppettiderna|öppet|öppnar|stängt|stänger',
    'vad är era er när har ni idag i dag imorgon morgon nu helg helgen måndag tisdag onsdag torsdag fredag lördag söndag lördagar söndagar på till hur länge sent de den det hej butiken kontoret kl hos och eller',
  ),
  vocabulary(
    'godziny otwarcia|godzinach otwarcia|godziny pracy|otwarte|otwarty|otwarta|otwarci|otwieracie|zamknięte|zamknięty|zamykacie|czynne|czynny|czynna|czynni',
    'jakie są jest wasze państwa kiedy do od której o w we na jesteście czy dziś dzisiaj jutro teraz weekend weekendy poniedziałek wtorek środę czwartek piątek sobotę soboty niedzielę niedziele święta sklep biuro proszę dzień dobry i lub',
  ),
  vocabulary(
    'program|programul|orar|orarul|deschis|deschiși|deschideți|închis|închiși|închideți|ore de funcționare',
    'care este e vostru dumneavoastră de la până când ce oră ore sunteți azi astăzi mâine acum luni marți miercuri joi vineri sâmbătă duminică weekend sărbători magazin magazinul birou bună ziua vă rog și sau în mai aveți lucru',
  ),
  vocabulary(
    'çalışma saatleri|çalışma saatleriniz|açılış saati|kapanış saati|mesai saatleri|açık mısınız|açık mı|açıksınız|kapalı mısınız|kapalı mı|kaçta açılıyorsunuz|kaçta kapanıyorsunuz|kaçta açılıyor|kaçta kapanıyor|kaça kadar açık|kaça kadar açıksınız',
    'nedir ne zaman bugün yarın şimdi şu an hafta sonu pazartesi salı çarşamba perşembe cuma cumartesi pazar günü günleri saat kadar merhaba lütfen mağaza dükkan ve',
  ),
  vocabulary(
    'часы работы|время работы|график работы|режим работы|открыто|открыты|открыт|открываетесь|открывается|закрыто|закрыты|закрываетесь|закрывается|работаете|работаете ли',
    'какие какой какое у вас ваш ваши когда до с во в скольки ли вы сегодня завтра сейчас ещё по выходные выходным понедельник вторник среду четверг пятницу субботу субботам воскресенье воскресеньям праздники праздникам магазин офис здравствуйте привет пожалуйста и или',
  ),
  vocabulary(
    'ωράριο|ώρες λειτουργίας|ανοιχτά|ανοιχτοί|ανοίγετε|κλειστά|κλείνετε',
    'ποιο ποιες είναι το σας οι τι ώρα πότε μέχρι έως είστε σήμερα αύριο τώρα σαββατοκύριακο δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή κατάστημα γραφείο γεια καλημέρα παρακαλώ και ή την τις στις',
  ),
]

/** Where words are not divided by spaces, or take endings: what is left beside the name is short. */
const unspaced = list(
  '营业时间|几点开门|几点关门|几点营业|什么时候开门|什么时候关门|今天营业吗|今天开门吗|营业到几点|現在営業|営業時間|何時まで|何時から|営業していますか|開いていますか|営業日|定休日|영업시간|영업 시간|운영시간|운영 시간|몇 시에 열|몇 시까지|문 여나요|문 열었|ساعات العمل|اوقات العمل|مواعيد العمل|اوقات الدوام|متى تفتحون|متى تغلقون|खुलने का समय|कब खुलते|कब खुलता|कब बंद|giờ mở cửa|giờ làm việc|mấy giờ mở cửa|mấy giờ đóng cửa|เวลาทำการ|เปิดกี่โมง|ปิดกี่โมง|เวลาเปิดปิด',
)
const maxLeft = 10

export function asksForHours(message: string): boolean {
  if (message.length > maxChars) return false
  // "How long" asks for a time, "how" alone for a way.
  const folded = fold(message).replace(/\bhow (?=long|late|early)/, '')
  if (folded === '') return false
  if (spaced.some(words => isAll(folded, words))) return true
  const dense = folded.replaceAll(' ', '')
  return unspaced.some(name => {
    const at = dense.indexOf(name.replaceAll(' ', ''))
    return at >= 0 && dense.length - name.replaceAll(' ', '').length <= maxLeft
  })
}

function isAll(folded: string, { names, others }: Vocabulary): boolean {
  let rest = ` ${folded} `
  let named = false
  for (const name of names) {
    const parts = rest.split(` ${name} `)
    if (parts.length === 1) continue
    named = true
    rest = parts.join('  ')
  }
  return named && rest.split(' ').every(word => word === '' || others.has(word) || /^\d{1,4}$/.test(word))
}
