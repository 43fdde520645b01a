/** Words around opening hours; days and times themselves are formatted by the language's own rules. */
export interface HoursPhrases {
  /** Before the week. */
  title: string
  closed: string
  open: string
  /** `{when}` is a time, or a day and a time. */
  until: string
  shut: string
  /** `{when}` is a day and a time. */
  next: string
}

const row = (title: string, closed: string, open: string, until: string, shut: string, next: string): HoursPhrases => ({
  title,
  closed,
  open,
  until,
  shut,
  next,
})

const all: Readonly<Record<string, HoursPhrases>> = {
  en: row(
    'Our opening hours:',
    'closed',
    'Open now',
    'Open now, until {when}',
    'Closed now',
    'Closed now. Next open: {when}',
  ),
  de: row(
    'Unsere Öffnungszeiten:',
    'geschlossen',
    'Jetzt geöffnet',
    'Jetzt geöffnet, bis {when}',
    'Jetzt geschlossen',
    'Jetzt geschlossen. Wieder geöffnet: {when}',
  ),
  es: row(
    'Nuestro horario:',
    'cerrado',
    'Abierto ahora',
    'Abierto ahora, hasta {when}',
    'Cerrado ahora',
    'Cerrado ahora. Próxima apertura: {when}',
  ),
  fr: row(
    'Nos horaires d’ouverture :',
    'fermé',
    'Ouvert en ce moment',
    'Ouvert en ce moment, jusqu’à {when}',
    'Fermé en ce moment',
    'Fermé en ce moment. Prochaine ouverture : {when}',
  ),
  it: row(
    'I nostri orari:',
    'chiuso',
    'Ora aperto',
    'Ora aperto, fino a: {when}',
    'Ora chiuso',
    'Ora chiuso. Prossima apertura: {when}',
  ),
  pt: row(
    'O nosso horário:',
    'fechado',
    'Aberto agora',
    'Aberto agora, até {when}',
    'Fechado agora',
    'Fechado agora. Próxima abertura: {when}',
  ),
  nl: row(
    'Onze openingstijden:',
    'gesloten',
    'Nu geopend',
    'Nu geopend, tot {when}',
    'Nu gesloten',
    'Nu gesloten. Weer open: {when}',
  ),
  sv: row('Våra öppettider:', 'stängt', 'Öppet nu', 'Öppet nu, till {when}', 'Stängt nu', 'Stängt nu. Öppnar: {when}'),
  pl: row(
    'Nasze godziny otwarcia:',
    'zamknięte',
    'Teraz otwarte',
    'Teraz otwarte, do {when}',
    'Teraz zamknięte',
    'Teraz zamknięte. Najbliższe otwarcie: {when}',
  ),
  ro: row(
    'Programul nostru:',
    'închis',
    'Deschis acum',
    'Deschis acum, până la {when}',
    'Închis acum',
    'Închis acum. Următoarea deschidere: {when}',
  ),
  tr: row(
    'Çalışma saatlerimiz:',
    'kapalı',
    'Şu anda açık',
    'Şu anda açık, kapanış: {when}',
    'Şu anda kapalı',
    'Şu anda kapalı. Açılış: {when}',
  ),
  ru: row(
    'Наши часы работы:',
    'закрыто',
    'Сейчас открыто',
    'Сейчас открыто, до {when}',
    'Сейчас закрыто',
    'Сейчас закрыто. Откроется: {when}',
  ),
  el: row(
    'Το ωράριό μας:',
    'κλειστά',
    'Ανοιχτά τώρα',
    'Ανοιχτά τώρα, έως {when}',
    'Κλειστά τώρα',
    'Κλειστά τώρα. Ανοίγει: {when}',
  ),
  ar: row('ساعات العمل لدينا:', 'مغلق', 'مفتوح الآن', 'مفتوح الآن حتى {when}', 'مغلق الآن', 'مغلق الآن. يفتح: {when}'),
  hi: row('हमारे खुलने का समय:', 'बंद', 'अभी खुला है', 'अभी खुला है, {when} तक', 'अभी बंद है', 'अभी बंद है। अगली बार खुलेगा: {when}'),
  vi: row(
    'Giờ mở cửa:',
    'đóng cửa',
    'Đang mở cửa',
    'Đang mở cửa, đến {when}',
    'Đang đóng cửa',
    'Đang đóng cửa. Mở lại: {when}',
  ),
  th: row('เวลาทำการ:', 'ปิด', 'เปิดอยู่', 'เปิดอยู่ ถึง {when}', 'ปิดอยู่', 'ปิดอยู่ เปิดอีกครั้ง: {when}'),
  zh: row('我们的营业时间：', '休息', '正在营业', '正在营业，至{when}', '现在休息', '现在休息。下次营业：{when}'),
  ja: row('営業時間：', '休業', '営業中', '営業中（{when}まで）', '営業時間外', '営業時間外です。次の営業：{when}'),
  ko: row(
    '영업시간:',
    '휴무',
    '영업 중',
    '영업 중, {when}까지',
    '영업 종료',
    '지금은 영업시간이 아닙니다. 다음 영업: {when}',
  ),
}

/** Words of a language (BCP 47), or English. */
export const hoursPhrasesOf = (lang: string): HoursPhrases => all[lang.split('-')[0]!.toLowerCase()] ?? all.en!
