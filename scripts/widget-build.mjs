// How the widget is built: apart from build.mjs, because its tests build it too, into a folder of their own.
import { readdirSync, readFileSync } from 'node:fs'
import esbuild from 'esbuild'

export const browsers = ['es2020', 'chrome87', 'firefox78', 'safari14.1']
/** What knows optional chaining and `??=` as they are: the widget has no bytes for spelling them out. */
const widgetBrowsers = ['es2021', 'chrome94', 'firefox98', 'safari15.4']

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
      return { contents: code.trim(), loader: 'text', watchFiles: [path] }
    })
  },
}

const wordsOf = file => JSON.parse(readFileSync(file, 'utf8'))
const wordNames = Object.keys(wordsOf('widget/text/en.json'))

/** A language goes out as its words alone, in the order of text/en.json; the chat knows their names. */
const wordsAlone = {
  name: 'words-alone',
  setup(build) {
    build.onLoad({ filter: /\.json$/ }, ({ path }) => {
      const words = wordsOf(path)
      return { contents: JSON.stringify(wordNames.map(name => words[name])), loader: 'copy', watchFiles: [path] }
    })
  },
}

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
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
    legalComments: 'none',
    // Without the repository's tsconfig, whose `strict` would cost the loader a directive.
    tsconfigRaw: {},
    plugins: [cssAsText],
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
        /^(ask|avatar|badge|bot|busy|changed|companyId|dialog|dress|element|ended|keeper|known|leave|rate|speak|speech|suggest|tell|thumbs|update|waysOn)$/,
    },
    // For pages that draw their own chat.
    { ...shared, entryPoints: { client: 'widget/client.ts' }, outdir, format: 'esm' },
    // The loader once more, at an address that never changes: for pages that check its integrity.
    { ...shared, entryPoints: { widget: 'widget/loader.ts' }, outdir: `${outdir}/v${version}`, format: 'iife' },
    {
      ...shared,
      entryPoints: readdirSync('widget/text').map(name => `widget/text/${name}`),
      outdir: `${outdir}/v${version}/text`,
      sourcemap: false,
      loader: { '.json': 'copy' },
      plugins: [wordsAlone],
    },
  ]
}
