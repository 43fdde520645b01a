import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { settings } from '../../widget/setting.ts'

it('the README lists every setting as the widget has it', () => {
  const rows = settings.map(
    ({ name, values, otherwise, meaning }) => `| \`data-${name}\` | ${values} | ${otherwise} | ${meaning} |`,
  )
  const table = ['| attribute | values | otherwise | |', '| --- | --- | --- | --- |', ...rows].join('\n')
  const readme = readFileSync('widget/README.md', 'utf8')
  const found = /<!-- settings -->\s*(\|.*\|)\s*<!-- \/settings -->/s.exec(readme)?.[1]
  // The formatter aligns the columns.
  expect(found?.replace(/ +/g, ' ').replace(/-+/g, '-')).toBe(table.replace(/ +/g, ' ').replace(/-+/g, '-'))
})
