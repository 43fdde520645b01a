/** Archives that others made: only the parts that are needed, and only if they are of a bearable size. */
import { unzipSync } from 'fflate'
import { Refused } from './reading.ts'

/** Unpacked, in bytes, of one part and of all that are read. */
const maxPart = 48 * 1024 * 1024
const maxWhole = 96 * 1024 * 1024
const maxParts = 5000

/** Names of the parts in an archive. @throws Refused when it is damaged */
export function namesInZip(bytes: Uint8Array): string[] {
  const names: string[] = []
  open(bytes, ({ name }) => {
    names.push(name)
    return false
  })
  return names
}

/** @throws Refused when it is damaged, or unpacks to more than a document does */
export function unzip(bytes: Uint8Array, wanted: (name: string) => boolean): Record<string, Uint8Array> {
  let whole = 0
  let parts = 0
  return open(bytes, ({ name, originalSize, size, compression }) => {
    if (++parts > maxParts) throw new Refused(`The file has more than ${maxParts.toLocaleString('en')} parts inside.`)
    if (!wanted(name)) return false
    whole += originalSize
    // What is stored as it is cannot be larger than it is; a size that lies is cut at its lie.
    if (originalSize > maxPart || whole > maxWhole || (compression === 0 && originalSize > size))
      throw new Refused(
        `The file unpacks to more than ${Math.round(maxPart / 1024 / 1024)} MB of text, which no document does.`,
      )
    return true
  })
}

type Filter = NonNullable<NonNullable<Parameters<typeof unzipSync>[1]>['filter']>

function open(bytes: Uint8Array, filter: Filter): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter })
  } catch (error) {
    if (error instanceof Refused) throw error
    throw new Refused('The file is damaged: it cannot be unpacked. Save it again and send the new file.')
  }
}
