// How the widget is built: apart from build.mjs, because its tests build it too, into a folder of their own.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import esbuild from 'esbuild'

export const browsers = ['es2020', 'chrome87', 'firefox78', 'safari14.1']
/** What knows optional chaining and `??=` as they are: the widget has no bytes for spelling them out. */
const widgetBrowsers = ['es2021', 'chrome94', 'firefox98', 'safari15.4']

/** Properties of which a later one may take from an earlier one: these keep their order. Every other family is its first word. */
const families = [
  [/^(?:inset|top|right|bottom|left)/, 'inset'],
  [/^(?:align|justify|place)-/, 'align'],
  [/^(?:font|line-height)/, 'font'],
]
const familyOf = property =>
  families.find(([pattern]) => pattern.test(property))?.[1] ?? /^(?:--)?[a-z]+/.exec(property)?.[0] ?? property

/**
 * The same rules in fewer compressed bytes: declarations in one order everywhere, so that runs of them repeat, and no spaces that
 * esbuild leaves where they mean nothing.
 */
function packed(css) {
  return css
    .replace(/\{([^{}]+)\}/g, (_, declarations) => {
      const sorted = declarations
        .replace(/;$/, '')
        .split(';')
        .map((text, i) => ({ text: text.replace(/^(--[\w-]+): /, '$1:'), i, family: familyOf(text) }))
        .sort((a, b) => (a.family < b.family ? -1 : a.family > b.family ? 1 : a.i - b.i))
      return `{${sorted.map(({ text }) => text).join(';')}}`
    })
    .replace(/, /g, ',')
    .replace(/(?<=em) \/ (?=\d)/g, '/')
}

/** Style sheets of the widget live in a shadow root, so they are imported as text; minified, which the text loader does not do. */
const cssAsText = {
  name: 'css-as-text',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(readFileSync(path, 'utf8'), {
        loader: 'css',
        minify: true,
        target: widgetBrowsers,
      })
      return { contents: packed(code.trim()), loader: 'text', watchFiles: [path] }
    })
  },
}

/** Elements as calls with their children in a row: for the types the sources name a runtime that spells `children` out. */
const jsxInRows = {
  name: 'jsx-in-rows',
  setup(build) {
    build.onLoad({ filter: /widget\/.*\.tsx$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/^\/\*\* @jsxImportSource .*\*\/$/m, ''),
      loader: 'tsx',
      watchFiles: [path],
    }))
  },
}

const wordsOf = file => JSON.parse(readFileSync(file, 'utf8'))
const wordNames = Object.keys(wordsOf('widget/text/en.json'))

/**
 * A language goes out as its words alone, in the order of text/en.json; the chat knows their names. Where a tone has other words
 * for some of them (text/friendly/), these are in their place.
 */
const wordsAlone = tone => ({
  name: 'words-alone',
  setup(build) {
    build.onLoad({ filter: /\.json$/ }, ({ path }) => {
      const other = join(dirname(path), tone, basename(path))
      const words = { ...wordsOf(path), ...(existsSync(other) && wordsOf(other)) }
      return {
        contents: JSON.stringify(wordNames.map(name => words[name])),
        loader: 'copy',
        watchFiles: [path, other],
      }
    })
  },
})

/**
 * The loader is a classic script at a fixed address; what it loads on the first click carries the version in its path.
 * @returns {import('esbuild').BuildOptions[]} whole options, for `/widget.js` and `/widget/v…/` below `outdir`
 */
export function widgetBuilds({ version, outdir }) {
  const shared = {
    bundle: true,
    minify: true,
    sourcemap: 'external',
    metafile: true,
    target: widgetBrowsers,
    define: { PARLEY_VERSION: JSON.stringify(version), PARLEY_WORDS: JSON.stringify(wordNames.join(' ')) },
    jsx: 'transform',
    jsxImportSource: undefined,
    jsxFactory: 'h',
    jsxFragment: 'Fragment',
    inject: ['widget/dom/jsx-runtime.ts'],
    logLevel: 'warning',
    legalComments: 'none',
    // Without the repository's tsconfig, whose `strict` would cost the loader a directive.
    tsconfigRaw: {},
    plugins: [cssAsText, jsxInRows],
  }
  return [
    { ...shared, entryPoints: { widget: 'widget/loader.ts' }, outdir, format: 'iife' },
    {
      ...shared,
      entryPoints: { chat: 'widget/chat.ts', trim: 'widget/trim.ts' },
      outdir: `${outdir}/v${version}`,
      format: 'esm',
      // Members that only our own code has: never an attribute, a word of text/, a wire shape, or kept in storage.
      mangleProps:
        /^(ask|avatar|badge|bot|busy|changed|companyId|icon|dialog|dress|element|ended|keeper|known|leave|rate|speak|speech|suggest|tell|thumbs|update|waysOn)$/,
    },
    // For pages that draw their own chat.
    { ...shared, entryPoints: { client: 'widget/client.ts' }, outdir, format: 'esm' },
    // The loader once more, at an address that never changes: for pages that check its integrity.
    { ...shared, entryPoints: { widget: 'widget/loader.ts' }, outdir: `${outdir}/v${version}`, format: 'iife' },
    ...['text', 'friendly'].map(tone => ({
      ...shared,
      entryPoints: readdirSync('widget/text')
        .filter(name => name.endsWith('.json'))
        .map(name => `widget/text/${name}`),
      outdir: `${outdir}/v${version}/${tone}`,
      sourcemap: false,
      inject: [],
      loader: { '.json': 'copy' },
      plugins: [wordsAlone(tone)],
    })),
  ]
}
