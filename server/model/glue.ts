/**
 * Words that carry a sentence and assert little by themselves: to cost, to offer, to find, please, and what a company calls itself. They neither support a sentence
 * nor speak against it. By language; where there is no list, every content word counts.
 */
import { tokenize } from '../answer/text/tokenize.ts'

const lists: Record<string, string> = {
  en: `cost costs charge charges price takes take lasts last offer offers provide provides include includes including included find located require requires
    required need needs needed available possible call contact reach visit use using start starts starting come comes make makes sorry unfortunately yes sure
    also plus per each accept accepts welcome receive shop store office company team business`,
  de: `kostet kosten betragt dauert dauern bieten bietet anbieten finden befindet liegt brauchen braucht benotigen benotigt erforderlich verfugbar moglich
    erreichen anrufen kontaktieren leider gerne naturlich pro jeweils umfasst enthalt beinhaltet inklusive beginnt erhalten nehmen laden geschaft buro firma unternehmen team`,
  es: `cuesta cuestan dura duran ofrecemos ofrece incluye incluyen incluido encuentra encuentran necesita necesario disponible disponibles posible llamar
    contactar lamentablemente cada precio empieza aceptamos tienda oficina empresa equipo`,
  fr: `coute coutent dure durent offrons propose proposons inclut comprend compris trouve trouvent necessaire disponible disponibles possible appeler contacter
    malheureusement chaque prix commence acceptons magasin boutique bureau entreprise equipe`,
  it: `costa costano dura durano offriamo offre include includono incluso trova trovano necessario disponibile disponibili possibile chiamare contattare
    purtroppo ogni prezzo inizia accettiamo negozio ufficio azienda`,
  pt: `custa custam dura duram oferecemos oferece inclui incluem incluido encontra necessario disponivel disponiveis possivel ligar contactar infelizmente cada
    preco aceitamos loja escritorio empresa equipa equipe`,
  nl: `kost kosten duurt duren bieden biedt omvat inclusief bevindt vinden nodig beschikbaar mogelijk bellen bereiken helaas graag per elke prijs begint winkel kantoor bedrijf team`,
}

const terms = new Map<string, ReadonlySet<string>>()

/** Terms of a language's list. */
export function glueOf(lang: string): ReadonlySet<string> {
  let known = terms.get(lang)
  if (!known) {
    known = new Set(tokenize(lists[lang] ?? '', lang).map(({ term }) => term))
    terms.set(lang, known)
  }
  return known
}
