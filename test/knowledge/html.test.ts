/** Reading of HTML: what is content, which entries it becomes, and in which letters it was written. */
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { decodeHtml, readHtml, readPage } from '../../server/knowledge/intake/html.ts'

const museum = `<!doctype html><html lang="de-DE"><head><title>Besuch | Museum am Hafen</title><link rel="canonical" href="/besuch"></head><body>
<header><a href="/">Museum am Hafen</a><nav><ul><li><a href="/a">Ausstellungen</a><li><a href="/b">Laden</a></ul></nav></header>
<div class="cookie-banner"><p>Wir nutzen Cookies, damit alles besser wird.</p><button>Annehmen</button></div>
<main><ol class="breadcrumb"><li><a href="/">Start</a></li><li>Besuch</li></ol>
<h1>Besuch planen</h1><p>Willkommen im Museum am Hafen. Hier steht, was Sie für Ihren Besuch brauchen, von Zeiten bis Preisen.</p>
<section id="zeiten"><h2>Öffnungszeiten</h2><table><caption>Sommer</caption><thead><tr><th>Tag<th>Zeit</thead><tr><td>Montag<td>geschlossen<tr><td>Di–So<td>10–18 Uhr</table></section>
<h2 id="preise">Preise</h2><ul><li>Erwachsene 12 €<li>Kinder 6 €<ul><li>unter 6 Jahren frei</ul></ul>
<h2>Häufige Fragen</h2>
<details id="foto"><summary>Darf ich fotografieren?</summary><p>Ja, ohne Blitz.</p></details>
<dl><dt>Gibt es ein Café?<dd>Ja, im Erdgeschoss.</dl>
<p><b>Sind Hunde erlaubt?</b></p><p>Nur Assistenzhunde.</p>
<h3>Kann ich mit Karte zahlen?</h3><p>Ja, mit allen gängigen Karten.</p>
<div id="mehr" hidden><p>Verborgen, bis man klickt.</p></div><button aria-controls="mehr">Mehr</button>
<div hidden><p>Nie zu sehen.</p></div><script>document.write('Skript')</script></main>
<aside><p>Newsletter abonnieren!</p></aside>
<footer><address>Hafenstraße 1, 20457 Hamburg, <a href="tel:+4940123">040 123</a></address><ul><li><a href="/i">Impressum</a></ul></footer>
<script type="application/ld+json">{"@graph":[{"@type":"FAQPage","mainEntity":[
{"@type":"Question","name":"Darf ich fotografieren?","acceptedAnswer":{"@type":"Answer","text":"<p>doppelt</p>"}},
{"@type":"Question","name":"Gibt es Führungen?","acceptedAnswer":{"@type":"Answer","text":"<p>Ja, sonntags um 11 &amp; 14 Uhr.</p>"}}]}]}</script>
</body></html>`

describe('a page', () => {
  const { entries, title, lang } = readHtml(museum, 'https://museum.example/besuch?x=1')

  it('becomes sections under their headings, with addresses that lead to them', () => {
    expect([title, lang]).toEqual(['Besuch planen', 'de'])
    expect(
      entries.filter(entry => entry.kind === 'text').map(entry => [entry.title, entry.url, entry.content]),
    ).toEqual([
      [
        'Besuch planen',
        'https://museum.example/besuch',
        'Willkommen im Museum am Hafen. Hier steht, was Sie für Ihren Besuch brauchen, von Zeiten bis Preisen.',
      ],
      [
        'Besuch planen › Öffnungszeiten',
        'https://museum.example/besuch#zeiten',
        'Sommer\nTag: Montag; Zeit: geschlossen\nTag: Di–So; Zeit: 10–18 Uhr',
      ],
      [
        'Besuch planen › Preise',
        'https://museum.example/besuch#preise',
        '- Erwachsene 12 €\n- Kinder 6 €\n  - unter 6 Jahren frei',
      ],
      ['Museum am Hafen', 'https://museum.example/besuch', 'Hafenstraße 1, 20457 Hamburg, 040 123'],
    ])
  })

  it('becomes pairs where it asks and answers, each question once', () => {
    expect(entries.filter(entry => entry.kind === 'qa').map(entry => [entry.question, entry.content])).toEqual([
      ['Darf ich fotografieren?', 'Ja, ohne Blitz.'],
      ['Gibt es ein Café?', 'Ja, im Erdgeschoss.'],
      ['Gibt es Führungen?', 'Ja, sonntags um 11 & 14 Uhr.'],
      ['Sind Hunde erlaubt?', 'Nur Assistenzhunde.'],
      ['Kann ich mit Karte zahlen?', 'Ja, mit allen gängigen Karten.\nVerborgen, bis man klickt.'],
    ])
    expect(entries.find(entry => entry.question === 'Darf ich fotografieren?')!.url).toBe(
      'https://museum.example/besuch#foto',
    )
  })

  it('loses its menus, banners, scripts and what is never shown', () => {
    const all = JSON.stringify(entries)
    for (const gone of [
      'Ausstellungen',
      'Cookies',
      'Annehmen',
      'Start',
      'Newsletter',
      'Impressum',
      'Skript',
      'Nie zu sehen',
      'doppelt',
    ])
      expect(all).not.toContain(gone)
  })

  it('says where it leads, what it is called, and what it does not want', () => {
    const page = readPage(
      `<html lang=en><head><base href="/dir/"><title>Shop - Chairs</title><meta name=robots content="noindex"><meta property="og:site_name" content="Shop"></head>
      <body><h2>Chairs</h2><a href="one">1</a><a href="one#x">1</a><a href="//other.example/">2</a><a href="mailto:a@b.c">3</a><a rel="nofollow" href="no">4</a><a href="javascript:x()">5</a></body>`,
      'https://shop.example/list',
    )
    expect(page.links).toEqual(['https://shop.example/dir/one', 'https://other.example/'])
    expect([page.title, page.lang, page.noindex, page.url]).toEqual(['Chairs', 'en', true, 'https://shop.example/list'])
    const other = readPage(
      '<link rel=canonical href="https://elsewhere.example/x"><p>text</p>',
      'https://shop.example/list',
    )
    expect(other.url).toBe('https://shop.example/list')
  })

  it('is known to need its scripts, or a password', () => {
    const read = (html: string) => readPage(html, 'https://shop.example/')
    expect(read('<body><div id="root"></div><script src="app.js"></script></body>').needsScripts).toBe(true)
    expect(
      read('<body><noscript>Please enable JavaScript.</noscript><script src="app.js"></script></body>').needsScripts,
    ).toBe(true)
    expect(read(museum).needsScripts).toBe(false)
    expect(read('<form><label>Name</label><input type="password"></form>').login).toBe(true)
  })

  it('keeps tables readable: headers with their values, spans repeated, layout ignored', () => {
    const content = (table: string) =>
      readHtml(
        `<main>${'<p>Some words before the table, as there always are.</p>'.repeat(3)}<h2>T</h2>${table}</main>`,
      ).entries.at(-1)!.content
    expect(content('<table><tr><th>Size<th>Price<tr><td>S<td>5<tr><td>L<td>9</table>')).toBe(
      'Size: S; Price: 5\nSize: L; Price: 9',
    )
    expect(content('<table><tr><td>Weight<td>3 kg<tr><td>Colour:<td>blue</table>')).toBe('Weight: 3 kg\nColour: blue')
    expect(
      content(
        '<table><tr><th>Day<th>Course<th>Time<tr><td rowspan=2>Mon<td>Yoga<td>9:00<tr><td>Pilates<td>10:00</table>',
      ),
    ).toBe('Day: Mon; Course: Yoga; Time: 9:00\nDay: Mon; Course: Pilates; Time: 10:00')
    expect(content('<table role="presentation"><tr><td><p>A passage.</p><td><p>Another one.</p></table>')).toBe(
      'A passage.\n\nAnother one.',
    )
  })

  it('survives nonsense: no tags, only tags, deep nests, a hundred thousand cells', () => {
    expect(readHtml('just words').entries[0]!.content).toBe('just words')
    for (const html of [
      '',
      '<',
      '<html>',
      '<table><tr><td rowspan=9999 colspan=9999>',
      '<details><summary>',
      '<dl><dd>',
      '<a href="http://[">x',
    ])
      expect(() => readHtml(html)).not.toThrow()
    expect(readHtml(`${'<div>'.repeat(3000)}deep`).entries).toEqual([])
    expect(readHtml(`<main><table>${'<tr><td>a<td>b'.repeat(50_000)}</table></main>`).entries.length).toBeLessThan(20)
    expect(
      readHtml(
        `<script type="application/ld+json">{"@type":"Question","name":{"__proto__":1},"acceptedAnswer":[[[]]]}</script>`,
      ).entries,
    ).toEqual([])
  })
})

describe('the letters of a page', () => {
  const samples: [string, string, string][] = [
    ['utf-8', 'iso-8859-1', 'Größe und Öffnungszeiten für Gäste – schön'],
    ['utf-8', '', 'Ελληνικά κείμενα'],
    ['windows-1252', 'utf-8', 'Größe und Öffnungszeiten für Gäste – schön, 5 €'],
    ['windows-1252', 'iso-8859-1', 'Preis: 5 €, “gut”'],
    ['windows-1251', 'utf-8', 'Мы работаем ежедневно с девяти утра до шести вечера. Доставка бесплатна.'],
    ['windows-1251', 'iso-8859-1', 'Мы работаем ежедневно с девяти утра до шести вечера. Доставка бесплатна.'],
    ['koi8-r', 'koi8-r', 'Мы работаем ежедневно'],
    ['shift_jis', 'iso-8859-1', '営業時間は午前九時から午後六時までです。定休日は月曜日です。'],
    ['euc-jp', '', '営業時間は午前九時から午後六時までです。定休日は月曜日です。'],
    ['gb18030', 'gb2312', '我们的营业时间是每天早上九点到晚上六点，周一休息。'],
    ['big5', 'big5', '我們的營業時間是每天早上九點到晚上六點'],
    ['euc-kr', '', '영업 시간은 오전 아홉 시부터 오후 여섯 시까지입니다. 월요일은 휴무입니다.'],
    ['windows-1250', 'windows-1250', 'Otevírací doba je každý den od devíti do šesti hodin.'],
    ['utf-16le', '', 'Opening hours, Größe'],
    ['utf-16be', 'utf-8', 'Opening hours, Größe'],
  ]
  it.each(samples)('are found: written in %s, said to be "%s"', (written, said, text) => {
    const bytes = iconv.encode(`<html><head><title>x</title></head><body><p>${text}</p></body></html>`, written)
    expect(decodeHtml(bytes, said && `text/html; charset=${said}`).text).toContain(text)
    // The same in a meta tag, which counts less than a header.
    const meta = iconv.encode(`<html><head><meta charset="${said}"></head><body><p>${text}</p></body></html>`, written)
    expect(decodeHtml(meta, 'text/html').text).toContain(text)
  })

  it('are taken from a byte order mark before anything that is said', () => {
    for (const charset of ['utf-8', 'utf-16le', 'utf-16be']) {
      const bytes = iconv.encode('<p>Größe</p>', charset, { addBOM: true })
      expect(decodeHtml(bytes, 'text/html; charset=windows-1251').text).toBe('<p>Größe</p>')
    }
  })

  it('are Japanese after an escape', () => {
    expect(decodeHtml(Buffer.from('<p>\x1b$B%A\x1b(B</p>'), 'text/html; charset=iso-2022-jp').text).toBe('<p>チ</p>')
  })

  it('may be cut in the middle of one', () => {
    const bytes = Buffer.from('<p>Größe und Gäste und Öffnungszeiten ü')
    expect(decodeHtml(bytes.subarray(0, -1), 'text/html; charset=utf-8').text).toContain('Größe und Gäste')
  })
})
