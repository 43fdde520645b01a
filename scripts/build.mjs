#!/usr/bin/env node
// Builds everything into dist/: the server and the scripts (bundles of our own code, packages stay in node_modules),
// the portal, the widget, and the two files of the API docs page. `--watch` keeps rebuilding (used by `npm run dev`).
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import esbuild from 'esbuild'
import { buildIntegrations } from './integration-build.mjs'
import { browsers, widgetBuilds } from './widget-build.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
process.chdir(root)
const watch = process.argv.includes('--watch')
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
const define = { PARLEY_VERSION: JSON.stringify(version) }

/** scripts/NAME.ts and scripts/NAME/main.ts are programs of their own. */
const scriptEntries = Object.fromEntries(
  readdirSync('scripts', { withFileTypes: true }).flatMap(entry => {
    const main = entry.isDirectory() ? `scripts/${entry.name}/main.ts` : `scripts/${entry.name}`
    if (!main.endsWith('.ts') || !existsSync(main)) return []
    return [[entry.name.replace(/\.ts$/, '') + (entry.isDirectory() ? '/main' : ''), main]]
  }),
)
// A module, not a program: what a question-set runner loads.
if (existsSync('scripts/quality/engine.ts')) scriptEntries['quality/engine'] = 'scripts/quality/engine.ts'

/** @type {import('esbuild').BuildOptions[]} */
const builds = [
  {
    // What strangers send is read beside the server: pages in a thread, files in a process of their own.
    entryPoints: {
      main: 'server/main.ts',
      'page-worker': 'server/knowledge/web/page-worker.ts',
      'intake-child': 'server/knowledge/intake/child.ts',
    },
    outdir: 'dist/server',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // One file with its packages: a start reads it at once instead of looking for several hundred (0.5 s of CPU became 0.3 s).
    minifySyntax: true,
    minifyWhitespace: true,
    banner: {
      js: "import { createRequire as parleyRequire } from 'node:module'; const require = parleyRequire(import.meta.url);",
    },
  },
  {
    entryPoints: scriptEntries,
    outdir: 'dist/scripts',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
  },
  {
    entryPoints: { portal: 'dashboard/main.tsx', pages: 'dashboard/pages.css' },
    outdir: 'dist/public/portal/assets',
    format: 'esm',
    splitting: true,
    target: browsers,
    minify: true,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    loader: { '.woff2': 'file', '.svg': 'file' },
  },
  {
    // What runs in the frame of the portal's preview, at an address that its page names.
    entryPoints: { preview: 'dashboard/preview-frame.ts' },
    outdir: 'dist/public/portal',
    format: 'iife',
    target: browsers,
    minify: true,
  },
  ...widgetBuilds({ version, outdir: 'dist/public/widget' }),
]
const shared = {
  bundle: true,
  sourcemap: true,
  metafile: true,
  define,
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
  legalComments: 'none',
}

/** Names of hashed files change with every build, so the page that names them is written from the metafile. */
function writePortalPage(metafile) {
  const outputs = Object.entries(metafile.outputs)
  const [entry, info] = outputs.find(([, output]) => output.entryPoint === 'dashboard/main.tsx')
  const link = path => `/portal/assets/${path.split('/').pop()}`
  const [start, started] = outputs.find(([, output]) => output.entryPoint === 'dashboard/start.tsx')
  const [pageStyles] = outputs.find(([, output]) => output.entryPoint === 'dashboard/pages.css')
  const first = [...info.imports, ...started.imports].filter(i => i.kind === 'import-statement').map(i => i.path)
  const preload = [...new Set([...first, start])].map(path => `<link rel="modulepreload" href="${link(path)}">`)
  const page = readFileSync('dashboard/index.html', 'utf8')
    .replace('<!-- styles -->', info.cssBundle ? `<link rel="stylesheet" href="${link(info.cssBundle)}">` : '')
    .replace('PAGE_STYLES', link(pageStyles))
    .replace('<!-- scripts -->', [...preload, `<script type="module" src="${link(entry)}"></script>`].join('\n    '))
  mkdirSync('dist/public/portal', { recursive: true })
  writeFileSync('dist/public/portal/index.html', page)
}

function copyStatic() {
  const require = createRequire(import.meta.url)
  const swagger = dirname(require.resolve('swagger-ui-dist/package.json'))
  mkdirSync('dist/public/docs', { recursive: true })
  for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css']) cpSync(join(swagger, name), `dist/public/docs/${name}`)
  for (const [from, to] of [
    ['dashboard/public', 'dist/public/portal'],
    ['widget/demo', 'dist/public/demo'],
    ['server/http/docs', 'dist/public/docs'],
  ]) {
    if (existsSync(from)) cpSync(from, to, { recursive: true })
  }
}

rmSync('dist', { recursive: true, force: true })
copyStatic()
buildIntegrations('dist/public')
const present = builds.filter(
  build =>
    Object.values(build.entryPoints).every(file => existsSync(file)) && Object.keys(build.entryPoints).length > 0,
)
const pagePlugin = {
  name: 'portal-page',
  setup(build) {
    build.onEnd(result => {
      if (result.metafile && build.initialOptions.outdir === 'dist/public/portal/assets' && result.errors.length === 0)
        writePortalPage(result.metafile)
    })
  },
}
for (const build of present) {
  const options = { ...shared, ...build, plugins: [...(build.plugins ?? []), pagePlugin] }
  if (watch) await (await esbuild.context(options)).watch()
  else await esbuild.build(options)
}

/** Compressed once here, so that the server never spends time on it. */
function compress(dir) {
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    if (!entry.isFile() || !['.js', '.css', '.html', '.svg', '.json'].includes(extname(file))) continue
    const plain = readFileSync(file)
    const quality = plain.length > 500_000 ? 9 : 11
    writeFileSync(`${file}.br`, brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }))
    writeFileSync(`${file}.gz`, gzipSync(plain, { level: 9 }))
  }
}
if (!watch && existsSync('dist/public')) compress('dist/public')
