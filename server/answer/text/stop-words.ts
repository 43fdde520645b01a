import { fold } from './characters.ts'

/**
 * Function words and the words people wrap a question in ("please", "can you tell me"), by language, accents folded.
 * They count less in ranking (never nothing: "to be or not to be" is a question too) and tell Latin languages apart.
 */
const lists: Record<string, string> = {
  en: `a about after all also am an and any are aren as at be because been before being but by can cannot cant could couldnt d did didnt do does
    doesnt doing don dont for from get give got had has hasnt have having he hello help her here hers hey hi him his how i id if im in into is isn
    isnt it its ive just kindly know let like ll m many may me might more most much must my need no not now of off ok okay on one only or other our ours out
    over please pls plz re s shall she should so some such t tell than thank thanks that thats the their them then there these they this those to
    too u under up us ve very want was wasnt we were what whats when where wheres which while who whos whom whose why will with wont would wouldnt
    yes you your youre yours`,
  de: `aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim bin bis bist bitte da dabei damit dann das dass dein
    deine dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines er es etwa
    etwas euch euer eure fur gibt habe haben hallo hat hatte hatten hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede
    jedem jeden jeder jedes jetzt kann kannst kein keine keinem keinen keiner konnen konnte konnten machen man mehr mein meine meinem meinen
    meiner mich mir mit mochte muss mussen nach nein nicht noch nun nur ob oder ohne sehr sein seine seinem seinen seiner seit sich sie sind so
    soll sollen solche sondern sonst uber um und uns unser unsere unter viel vom von vor wann war waren warum was weil welche welchem welchen
    welcher welches wenn wer wem wen werde werden wie wieder will wir wird wo wofur woher wohin worden wurde wurden zu zum zur zwischen`,
  es: `a al algo algun alguna algunas alguno algunos ante antes aquel aquella asi aun aunque bajo bien cada como con contra cosa cual cuales cualquier
    cuando cuanta cuantas cuanto cuantos cuyo cuya de debe debo del desde despues donde dos durante e el ella ellas ellos en entre era eran eres
    es esa esas ese eso esos esta estaba estan estar estas este esto estos estoy favor fue fueron gracias ha haber habia hace hacer hacia han
    hasta hay he hola la las le les lo los mas me mi mis mucho muy nada ni no nos nosotros nuestra nuestro o os otra otras otro otros para pero
    poco por porque puede pueden puedo pues que quien quienes quiero se sea ser si sido sin sobre son soy su sus tal tambien tan tanto te tener
    tengo ti tiene tienen toda todas todo todos tu tus un una unas uno unos usted ustedes y ya yo`,
  fr: `a afin ai alors apres as au aucun aucune aussi autre autres aux avaient avait avec avez avoir avons bien bonjour c car ce ceci cela celle celles
    celui ces cet cette chaque chez ci combien comme comment contre d dans de depuis des deux dois doit donc dont du elle elles en encore entre
    est et etaient etait etant etc ete etes etre eu eux faire fait faut font ici il ils j je jusqu l la laquelle le lequel les lesquelles
    lesquels leur leurs lors lorsque lui m ma mais me meme merci mes mieux moi moins mon n ne ni non nos notre nous on ont ou par parce pas
    pendant peu peut peuvent peux plus pour pourquoi pouvez puis puisque qu quand que quel quelle quelles quels qui quoi s sa sans sans se sera
    ses si sont sous suis sur t ta tandis te tel telle tes toi ton tous tout toute toutes tres tu un une veux vos votre voudrais vous y`,
  it: `a abbiamo agli ai al alcun alcuna alcuni alla alle allo allora altra altre altri altro anche ancora avere aveva avevano c che chi ci ciao cio
    come con contro cosa cosi cui d da dagli dai dal dalla dalle dallo dei del della delle dello dentro di dopo dove dovrei due durante e ed era
    erano essere fa fare favore fin fino fra fu fuori furono gli grazie ha hai hanno ho i il in io l la le lei li lo loro lui ma me mentre mi
    mia mie miei mio molto ne negli nei nel nella nelle nello no noi non nostra nostro o ogni oppure per perche piu po poi posso possono prima
    pro puo qual quale quali quando quanta quante quanti quanto quella quelle quelli quello questa queste questi questo qui s se sei senza si
    sia siamo siete solo sono sopra sotto sta stata stati stato su sua subito sue sugli sui sul sulla sulle suo suoi ti tra tu tua tuo tutta
    tutte tutti tutto un una uno v vi voi vorrei vostra vostro`,
  pt: `a ainda alem algum alguma algumas alguns ante antes ao aos apos aquela aquele aquilo as ate atraves bem boa bom cada com como contra cujo da das de
    dela dele deles depois desde dessa desse desta deste deve devo disso do dois dos durante e ela elas ele eles em embora entre era eram essa
    essas esse esses esta estao estar estas estava este estes estou eu faz fazer favor foi fora foram gostaria ha isso isto ja la lhe lhes lo
    mais mas me mesmo meu meus minha minhas muito muitos na nao nas nem nenhum no nos nossa nosso num numa o obrigado ola onde os ou outra
    outras outro outros para pela pelas pelo pelos pode podem por porem porque posso pouco pra qual quais qualquer quando quanta quantas quanto
    quantos que quem quero sao se seja sem sempre ser sera seu seus si sido so sob sobre somos sou sua suas tal tambem tao te tem tenho ter teu
    teve tinha toda todas todo todos tu tua um uma umas uns voce voces`,
  nl: `aan al alle alleen als altijd ander andere ben bent bij blijven d daar daarom dan dat de deze die dit doe doen door dus een eens en enkele er geen
    gaan graag had hadden haar hallo heb hebben hebt heeft heel hem hen het hier hij hoe hoeveel hun ik in is ja je jij jouw jullie kan kun
    kunnen kunt maar maken me meer men met mij mijn moet moeten mogen na naar niet niets nog nu of om omdat onder ons onze ook op over s t te
    tegen toch toen tot tussen u uit uw van veel voor waar waarom wanneer want waren was wat we wel welk welke werd werden wie wij wil willen
    word worden wordt zal ze zei zelf zich zij zijn zo zonder zou zouden`,
  sv: `alla allt an andra annan annat att av bara bli blir blev da de dem den denna deras dess det detta dig din dina dit ditt dock du efter eller en er
    ert ett fick finns for fore fran ga genom gor gora ha hade han hans har hej hela hen henne hennes hit hon honom hos hur i icke in ingen inget
    innan inom inte ja jag kan ku kunna man med mellan men mer mig min mina mitt mot mycket nagon nagot nagra nar nej ni nog nu och ocksa om oss
    pa sa sadan samma se sedan sig sin sina sitt ska skall skulle som tack till under upp ut utan vad var vara varfor varit varje vart vem vi
    vid vilja vilka vilken vilket vill`,
  da: `af alle alt anden at bare blev blive bliver da de dem den denne der deres det dette dig din dine disse dog du efter eller en end er et for fordi
    fra ham han hans har havde have hej hen hende her hos hun hvad hvem hver hvilke hvilken hvis hvor hvordan hvorfor hvornar i ikke ind ingen
    ja jeg jo kan kunne man mange med meget men mig min mine mit mod ned nej noget nogle nu og ogsa om op os over pa selv sig sin sine skal
    skulle som sadan tak til ud under var vi vil ville vor vaere vaeret`,
  no: `alle at av bare ble bli blir da de deg dem den denne der dere deres det dette din disse du eller en er et etter for fordi fra ha hadde han hans har
    hei hennes her hun hva hvem hver hvilke hvilken hvis hvor hvordan hvorfor i ikke ingen inn ja jeg kan kunne man mange med meg meget mellom
    men min mitt mot ned nei noe noen nar og ogsa om opp oss over pa sa seg selv sin skal skulle som takk til ut uten var vare vi vil ville vaere`,
  fi: `ei eika ela eli en ennen ettei etta ha hei he hanen han hyva ihan itse ja jo joka jos jossa kaikki kanssa kautta kiitos koska kuin kuinka kuka kun
    kuten me mika miksi milla milloin minka mina minulla minun missa mista mita mitka mutta myos ne niin no noin nyt oli olla olen olet on onko
    ole olivat ollut osa ovat paljonko pitaa saa se seka sen siella siina sina sita tai taman tama tassa te tuo tulee vaan vai vain vaikka
    voi voiko voin yli`,
  pl: `a aby ale bardzo bez bo by byc byl byla bylo byly chce ci co czego czemu czy czym dla do dlaczego gdy gdzie go i ich ile im ja jak jaka jaki jakie
    jako je jego jej jest jestem jeszcze jesli juz kiedy kim kto ktora ktore ktory ktorych lub ma maja mam mi mnie moge moj moja mozna moze my
    na nad nam nas nasz nie nich nim niz o od on ona one oni oraz po pod poniewaz prosze przed przez przy sa sie skad so ta tak takze tam te tego
    tej ten tez to tu ty tych tylko tym u w was wiec wszystko z za ze zeby`,
  cs: `a aby aj ale ani asi az bez bude by byl byla bylo byt ci co chci dal dale do ho i ja jak jake jako je jeho jej jeji jejich jen jenz jeste jsem jsme
    jsou k kam kde kdo kdy kdyz kolik ktera ktere ktery ma maji mam me mezi mi mit mne moc mohu moje muj muze muzu my na nad nam nas nase ne nebo
    nebyl neni nez nic o od on ona oni po pod podle pokud potom prece pred pres pri pro proc prosim proto s se si sve svuj ta tak take ten tento
    tim to toho tom tu ty u uz v vam vas ve vice vsak vy z za ze`,
  ro: `a ai al ale alt alta alte am ar are as asa atat atunci au avea aveti avut buna ca cand care carei caror cat cata cate cati ce cea cei cel cele celor
    chiar cine cineva ci cu cum cumva da daca dar de deci decat deja despre din dintre doar dupa e ea ei el ele era erau este eu fara fi fie fost
    iar ii il imi in inainte intr intre isi iti la le li lor lui ma mai mea mei mele mi mod mult multe multi multumesc ne ni nici noi nostru nu o
    or ori pana pe pentru peste poate pot poti prin putea sa sale sau se si sint spre sub sunt suntem ta te tot toata toate toti tu un una unde
    unei unele unor unui unul va vom vor voi vreau vrea zi`,
  tr: `acaba ama ancak artik asla az bana bazi belki ben benim bir biraz birsey biz bize bizim bu bu buna bunlar bunu bunun burada cok cunku da daha de
    defa degil diye dolayi en fakat gibi hangi hangisi hani hatta hem hep hepsi her hic icin ile ise iste istiyorum ki kadar kac kim kime kimin
    lutfen merhaba mi midir mu mudur muyum musunuz misiniz nasil ne neden nedir nerede nereden nereye neler ne niye o olan olarak oldu oldugu
    olduğu olur olmak olup on ona ondan onlar onu onun orada oysa pek rağmen sanki sen siz sizin su sonra tum tesekkurler var ve veya ya yani
    yapabilir yok zaten`,
  vi: `anh bạn bao bị bằng bởi cái các cách cần chào chị cho chưa chứ chỉ có của cùng cũng cứ da đã đang đây để đến đều đi điều do đó được em gì giờ
    hay hãy hơn hoặc hỏi không khi là lại làm lắm lên lúc mà mình mỗi một muốn này nào nên nếu ngay như nhưng những nhiều nơi nữa ở phải qua ra
    rằng rất rồi sao sau sẽ tại tất thế thì theo thôi tôi trên trong trước từ và vào vẫn vậy về vì việc với vừa xin ạ à ai`,
  id: `ada adalah agar akan aku anda apa apakah atau bagaimana bahwa banyak bagi berapa bisa bukan dalam dan dapat dari dengan di dia ini itu jadi jika
    juga kami kamu kapan karena ke kenapa kepada kita lagi lebih mana masih mau mengapa mereka oleh pada para saat saja sampai sangat saya
    sebagai secara sedang sebuah seperti serta siapa suatu sudah telah tentang terima kasih tetapi tidak tolong untuk yang`,
  hu: `a abban ahhoz ahogy ahol aki akkor al alatt amely amelyek ami amikor annak arra az azok azon azt azzal be belul csak de e egy egyes ehhez ekkor el
    ellen elo elott en ennek erre ez ezek ezt fel fele ha hanem hiszen hogy hogyan hol honnan igen is itt jo kell keresztul ki kinek koszonom le
    lehet lesz lett ma maga mar meg mellett mely melyik mennyi mert mi miert mikor milyen mind mint mit most nagyon ne nekem nem nincs o ok on ot
    pedig s sem szerint szia szamara ott tehat ugy utan vagy vagyok van vannak volna volt voltak`,
  ru: `а без более бы был была были было быть в вам вас ведь весь во вот все всего всех вы где да даже для до его ее если есть еще ж же за зачем здравствуйте
    здесь и из или им их к как какая какие каким каких какого какое какой каком какую когда которая которого которое которой котором которые
    который которых кто куда ли лишь между меня мне много может можно мой моя мои мы на над надо нам нас наш не него нее нет ни них но ну о об
    один однако он она они оно от откуда очень перед по под пожалуйста после потому почему при про раз с сам свое своей своих себя сейчас
    сколько со спасибо так также такие такой там те тебя тем то того тоже той только том тот тут ты у уж уже хочу чего чем через что чтобы чье
    чья эта эти это этого этой этом этот я`,
  uk: `а або але без би був була були було бути в вам вас ви він від вже все всі вона вони воно да де для до є же з за звідки і із й його її їх к коли котрий
    куди ми мій може можна мене мені на над навіщо нам нас наш не немає ні ніж о один про при по під після скільки та так також там те ти то того
    тому у хто це цей ці ця чи чий чому що щоб як яка яке який якого яких які я`,
  bg: `а аз ако ала бе без беше би бил била било в вас ваш ви вие все всеки всички във вече го да дали до докато е за защо и из или им има иска искам как
    каква какво какъв как като когато кого което които кой който колко която къде към ли м ме между ми много мога може моля му на над най не него
    нея ни ние никой но някой няма о от по под пред при про с са само се си след сме со сте съм със т та така там те тези това този тя той тук ти
    то ту ще щом я`,
  el: `α αλλα αν ανα αντι απο αρα αυτα αυτες αυτη αυτο αυτοι αυτος αυτου αυτους αυτων για γιατι γεια δε δεν δικο δυο εαν εγω εδω ειμαι ειμαστε ειναι
    εισαι ειστε εκει εκεινη εκεινο εκεινος ενα εναν ενας ενος εξω επι επισης εσεις εσυ ετσι ευχαριστω εχει εχετε εχουμε εχουν εχω η ηδη ηταν θα
    θελω ι ισως κ και καθε καθως κανει κανω κατα κατι κι με μεσα μετα μεταξυ μη μην μηπως μια μιας μου μονο μπορει μπορειτε μπορω να ναι ο οι ολα
    ολες ολοι ομως οποια οποιο οποιος οποτε οπου οπως οσο οταν οτι ουτε παρα παρακαλω περι πια ποια ποιες ποιο ποιοι ποιος ποιον ποιους ποιου
    πολυ ποσα ποσες ποσο ποσοι ποτε που πρεπει πριν προς πως σαν σας σε σου στη στην στης στις στο στον στους στα συ τα ταν τι την της τι τις το
    τον του τους των υπαρχει υπαρχουν χωρις ως`,
  ar: `ا اذا اكثر الا التي الذي الذين الى الي ام اما ان انا انت انه انها او اي ايضا اين اية ب بان بعد بعض به بها بين بين تكون تلك تم ثم جدا حتى حول حيث خلال
    دون ذلك ذات رجاء شكرا ضد عبر عند عندما على علي عليه عليها عن عنها عنه غير ف فقد في فيه فيها فهل قبل قد كان كانت كل كم كما كيف كيفيه ل لا لدي لديك
    لكن لم لماذا لن له لها لو ليس ما ماذا ماهو ماهي متى مثل مع من منذ منه منها من مرحبا نحن نعم هذا هذه هذا هل هم هنا هناك هو هي و وان وقد ولا ولم وما
    وهو وهي يا يتم يكون يمكن يمكنني اريد`,
  he: `אבל או אולי אותה אותו אותי אותם אז אחר אחרי אי איזה איזו אין איך אילו איפה אך אל אלה אם אנחנו אני אף אפשר אשר את אתה אתם ב בבקשה בין בלי בה בו
    גם ה הוא היא היה היו היתה הם הן הנה ו ואת זה זאת זו יותר יש כ כאן כבר כדי כי כל כמה כמו כן כפי כאשר ל לא לאן לה להם להיות לו לי למה לנו לפי לפני
    מ מאוד מאיפה מדוע מה מי מתי מן מעל נא על עד עם עוד עכשיו פה צריך רוצה רק ש של שלום שלי שלך שם תודה תחת`,
  fa: `آن آنها آیا از است اگر اما او ای این اینجا با باید بدون برای بر بسیار بود بودن به بی تا توان چرا چطور چگونه چند چه چون چیست حتی خود خیلی دارد دارم در
    دیگر را روی سپس سلام شد شده شما شود کجا کدام کرد کردن کرده کند کنم کنید کنیم که کی لطفا ما متشکرم من مورد می میشود میکند نه نیز نیست ها های هر هستند هستم
    هم همه هنوز و ولی وی یا یک`,
  hi: `अगर अपना अपनी अपने अब अभी आदि आप आपका आपकी आपके इन इनका इस इसका इसकी इसके इसमें इसी इसे उन उनका उनकी उनके उन्हें उन्होंने उस उसका उसकी उसके उसे
    एक एवं और कई कब कभी कर करता करते करना करने करें कहां कहाँ का काफी कि कितना कितनी कितने किन किया किस किसका किसकी किसके किसने किसी किसे की कुछ कुल
    के को कोई कौन कौनसा कृपया क्या क्यों गए गया गई चाहिए जब जहां जहाँ जा जाता जाती जाते जाना जाने जिन जिस जिसका जिसकी जिसके जिसे जैसा जैसे जो तक तब
    तरह तो था थी थे दिया दो द्वारा धन्यवाद न नमस्ते नहीं ना ने पर पहले फिर बहुत बाद बारे भी मगर में मुझे मेरा मेरी मेरे मैं यदि यह यहां यहाँ या ये
    रखें रहा रहे रही लिए लेकिन व वह वहां वहाँ वाला वाली वाले वे संग सकता सकती सकते सब से सो हम हर हां ही हुआ हुई हुए हूँ हूं है हैं हो होता होती
    होते होना होने`,
  zh: `的 了 吗 呢 吧 啊 是 在 和 与 或 我 你 您 他 她 它 们 这 那 哪 什 么 谁 怎 样 何 几 多 少 有 没 不 也 都 就 还 很 被 把 从 到 对 为 于 以 及 其 之 而 所 个 请 问 会 能 可 要 想
    什么 怎么 么样 怎样 如何 为什 哪个 哪些 哪里 多少 几个 是否 可以 我们 你们 他们 它们 我的 你的 他的 这个 那个 这些 那些 没有 不是 是什 是谁 的是 请问 什麼 怎麼 麼 們 嗎 個 這 為 於 還 對 從 會
    是在 在哪 有什 有多 有哪 些是 了什 了多 时候 么时 是多 的什 什么的`,
  ja: `の に は を た が で て と し れ さ い も な る か ら り す あ こ う く ま よ え き お や ん け つ ど ち せ め ね へ み じ わ そ だ ば ず
    です ます した して する れる ない ある いる から まで より など こと もの よう ため これ それ あれ どれ この その あの どの ここ そこ どこ だれ 何 誰 なに なぜ どう いつ いく くら
    くだ ださ さい しま ませ せん です すか ますか まし した たい たの のは には では とは のか って てい いま ました でし しょ ょう れた られ され なっ った いう とい ので のに のが のを のよ うな うに たち ても でも にお おけ ける にお ける たか たで ます すが はい はど はな なん んで んの れて れる るの るか れは れた こで どの のよ ような にな った たと とし てし`,
  ko: `은 는 이 가 을 를 의 에 와 과 도 로 만 나 저 제 내 그 것 수 등 좀 및 더
    무엇 뭐 언제 어디 누구 어떻 떻게 어떤 왜 얼마 몇 입니 니다 습니 니까 인가 가요 나요 까요 세요 해요 하는 하나 있는 있나 있습 하고 에서 으로 까지 부터 에게 한테 이다 였다 있다 했다 되는 되나 합니
    그리 리고 그러 하지 지만 그런 이런 저런 것은 것이 수있 할수 무슨 어느 인지 는지 주세 알려 려주`,
  th: ``,
}

const sets = new Map<string, ReadonlySet<string>>()
for (const [lang, words] of Object.entries(lists))
  sets.set(lang, new Set((lang === 'vi' ? words : fold(words)).split(/\s+/).filter(Boolean)))

const none: ReadonlySet<string> = new Set()

/** The stop words of a language (ISO 639-1), accents folded except in Vietnamese; empty when it is not known. */
export function stopWords(lang: string): ReadonlySet<string> {
  return sets.get(lang) ?? none
}

/** Languages written in Latin letters that are told apart by their stop words. */
export const latinLanguages = [
  'en',
  'de',
  'es',
  'fr',
  'it',
  'pt',
  'nl',
  'sv',
  'da',
  'no',
  'fi',
  'pl',
  'cs',
  'ro',
  'tr',
  'vi',
  'id',
  'hu',
] as const
