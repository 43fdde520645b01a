// How the widget is built: apart from build.mjs, because its tests build it too, into a folder of their own.
import { readFileSync } from 'node:fs'
import esbuild from 'esbuild'

export const browsers = ['es2020', 'chrome87', 'firefox78', 'safari14.1']

/** Style sheets of the widget live in a shadow root, so they are imported as text; minified, which the text loader does not do. */
const cssAsText = {
  name: 'css-as-text',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(readFileSync(path, 'utf8'), {
        loader: 'css',
        minify: true,
        target: browsers,
      })
      return { contents: code.trim(), loader: 'text', watchFiles: [path] }
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
    target: browsers,
    define: { PARLEY_VERSION: JSON.stringify(version) },
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
      entryPoints: { chat: 'widget/chat.ts' },
      outdir: `${outdir}/v${version}`,
      format: 'esm',
      splitting: true,
      chunkNames: '[name]-[hash]',
      // Modules are always read as UTF-8; escapes would double the size of some languages.
      charset: 'utf8',
    },
  ]
}
