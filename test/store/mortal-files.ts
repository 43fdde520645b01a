/** The real disk, behind which the process kills itself at the n-th operation that changes something. */
import { writeSync } from 'node:fs'
import type { FilePort, OpenFile } from '../../server/store/csv/file-port.ts'

/** Before it dies it says `dies OPERATION`; every second write is cut in half. */
export function mortalFiles(disk: FilePort, killAt: number): FilePort {
  let count = 0
  const step = async (operation: string, half?: () => Promise<unknown>) => {
    if (++count !== killAt) return
    if (half && killAt % 2 === 0) await half()
    writeSync(1, `dies ${operation}\n`)
    process.kill(process.pid, 'SIGKILL')
    // The signal is delivered at once; nothing after this line may run.
    for (;;);
  }
  const wrap = (file: OpenFile): OpenFile => ({
    ...file,
    async write(bytes, position) {
      await step('write', () => file.write(bytes.subarray(0, bytes.length >> 1), position))
      return file.write(bytes, position)
    },
    async sync() {
      await step('sync')
      return file.sync()
    },
    async datasync() {
      await step('sync')
      return file.datasync()
    },
    async truncate(length) {
      await step('truncate')
      return file.truncate(length)
    },
  })
  return {
    ...disk,
    async open(path, mode) {
      if (mode === 'create') await step('create')
      return wrap(await disk.open(path, mode))
    },
    async makeFolder(path) {
      await step('make-folder')
      return disk.makeFolder(path)
    },
    async rename(from, to) {
      await step('rename')
      return disk.rename(from, to)
    },
    async remove(path) {
      await step('remove')
      return disk.remove(path)
    },
    async syncFolder(path) {
      await step('sync-folder')
      return disk.syncFolder(path)
    },
  }
}
