/**
 * `npm run check-data -- [DIR]`: verifies a data folder (default: DATA_DIR or ./data), read-only, whether a server runs on
 * it or not. Prints `file:row: what is wrong` for each problem (row 0: the whole file) and ends with 1 if there was any;
 * else one line of counts and 0.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { checkFolder } from '../server/store/csv/check.ts'
import type { AnyDef } from '../server/store/define.ts'
import * as records from '../server/store/records.ts'

const dir = resolve(process.argv[2] ?? process.env.DATA_DIR ?? 'data')
const defs = Object.values(records) as unknown as AnyDef[]

if (!existsSync(dir)) {
  console.error(`There is no folder ${dir}.`)
  process.exitCode = 1
} else {
  const { problems, files, rows, pending } = await checkFolder({ dir, defs })
  for (const { file, row, what } of problems) console.log(`${file}:${row}: ${what}`)
  const counts = `${files} files, ${rows} rows, ${pending} journal records to come`
  console.log(problems.length === 0 ? `All is well: ${counts}.` : `${problems.length} problems in ${counts}.`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
