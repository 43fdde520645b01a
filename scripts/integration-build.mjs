// What clients paste or download: the examples of the widget as one JSON file, the WordPress plugin as a zip, the React component.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zipSync } from 'fflate'

const from = 'widget/examples'

/** Writes below `outdir`/integrations and the types to `outdir`/widget. */
export function buildIntegrations(outdir) {
  const to = join(outdir, 'integrations')
  mkdirSync(to, { recursive: true })
  mkdirSync(join(outdir, 'widget'), { recursive: true })
  const listed = JSON.parse(readFileSync(join(from, 'index.json'), 'utf8'))
  const integrations = listed.map(one => ({
    ...one,
    file: one.file.split('/').pop(),
    code: readFileSync(join(from, one.file), 'utf8').trimEnd(),
  }))
  writeFileSync(join(to, 'integrations.json'), JSON.stringify(integrations))
  const plugin = Object.fromEntries(
    readdirSync(join(from, 'parley-chat')).map(name => [
      `parley-chat/${name}`,
      // A fixed time, so that the same sources are the same zip.
      [readFileSync(join(from, 'parley-chat', name)), { mtime: new Date(2026, 0, 1) }],
    ]),
  )
  writeFileSync(join(to, 'parley-chat.zip'), zipSync(plugin))
  copyFileSync('widget/react/parley-chat.tsx', join(to, 'parley-chat.tsx'))
  copyFileSync('widget/widget.d.ts', join(outdir, 'widget/widget.d.ts'))
}
