/** Word documents, by way of the HTML that their styles stand for. Page numbers are made when printing: they are not in the file. */
import { zipSync } from 'fflate'
import mammoth from 'mammoth'
import { readHtml } from '../html.ts'
import { Refused } from './reading.ts'
import { unzip } from './zip.ts'

/** Names that authors and programs give to what is a heading. */
const styles = [
  "p[style-name='Title'] => h1:fresh",
  "p[style-name='title'] => h1:fresh",
  "p[style-name='Subtitle'] => p:fresh",
  "p[style-name='Heading 7'] => h6:fresh",
  "p[style-name='heading 7'] => h6:fresh",
]

/** @throws Refused */
export async function readDocx(bytes: Uint8Array): Promise<ReturnType<typeof readHtml>> {
  // Pictures are not read, so they are not unpacked either; what is left is known to be of a bearable size.
  const parts = unzip(bytes, name => /\.(?:xml|rels)$/i.test(name))
  for (const [name, part] of Object.entries(parts))
    if (new TextDecoder('latin1').decode(part.subarray(0, 2000)).includes('<!DOCTYPE'))
      throw new Refused(
        `The file defines its own XML entities (in ${name.slice(0, 60)}), which no Office program writes.`,
      )
  const lean = zipSync(parts, { level: 0 })
  const convertImage = mammoth.images.imgElement(async () => ({ src: '' }))
  try {
    const { value } = await mammoth.convertToHtml({ buffer: Buffer.from(lean) }, { styleMap: styles, convertImage })
    return readHtml(`<!doctype html><main>${value}</main>`)
  } catch (error) {
    if (error instanceof Refused) throw error
    throw new Refused('The file is damaged: Word itself may be able to repair it. Save it again and send the new file.')
  }
}
