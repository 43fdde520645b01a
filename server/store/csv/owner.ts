/**
 * One process owns a data folder.
 *
 * The lock that counts is a Unix socket in `journal/`, named by epoch (`owner-7.sock`), on which the owner listens: the
 * kernel closes it when the process dies, however it dies, so *connection refused* means dead and *connected* (even
 * without an answer, as from a stopped process) means alive. Taking it:
 *   1. Look for the socket with the highest epoch. Somebody there: refuse, naming the folder and the pid.
 *   2. Listen under a name of one's own, then `link` it to the next epoch's name. A name appears only with somebody
 *      listening behind it, and only one of those who race gets it; the others begin again, and meet the winner at 1.
 *   3. Look again: a higher epoch means that one was asleep since 1; give way and begin again.
 * proper-lockfile's folder `owner.lock` is held besides, for tools and scripts that know it. It decides nothing: a
 * process that was stopped for long can lose it and still be the owner. The one left by a dead owner is removed at once.
 *
 * A socket's address holds about 100 bytes. Longer paths are reached through /proc/self/fd, or a link in the temporary
 * folder: both name the same file, so all processes still agree. Where the data folder's file system has no sockets, a
 * folder in the temporary one named by device and inode takes them. On Windows it is a named pipe.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import { dirname, join } from 'node:path'
import lockfile from 'proper-lockfile'
import { AppError } from '../../errors.ts'
import { codeOf } from './file-port.ts'

export interface Ownership {
  epoch: number
  /**
   * Whether the folder is still ours; cheap. Asked after each sync and before its commits are acknowledged: whoever
   * takes the folder over removes our socket first and reads our journal then, so what is acknowledged has been read.
   */
  holds(): boolean
  release(): Promise<void>
}

export type Claim = (dir: string, afterEpoch: number, onLost: (reason: string) => void) => Promise<Ownership>

const socketName = /^owner-(\d+)\.sock$/
const addressLimit = process.platform === 'linux' ? 107 : 103
/** How long to wait for the owner to say its pid: a stopped one never does. */
const greetingMs = 300

// A file that may not grow any further is an error of one write (EFBIG), as node ignores the signal that comes with it.
// proper-lockfile listens to that signal, and a listener that is alone with it ends the process: this one keeps it company.
process.on('SIGXFSZ', () => {})

/** Makes this process the owner. Refuses with `store_unavailable` when another one is. */
export const claimFolder: Claim = async (dir, afterEpoch, onLost) => {
  const folder = join(dir, 'journal')
  const lock =
    process.platform === 'win32' ? await claimPipe(dir, afterEpoch) : await claimSocket(dir, folder, afterEpoch)
  let visible: { release(): Promise<void> } | undefined
  try {
    visible = await takeVisibleLock(dir, folder, lock, onLost)
  } catch (error) {
    await visible?.release()
    await lock.release()
    throw error
  }
  return {
    epoch: lock.epoch,
    holds: lock.holds,
    async release() {
      await visible?.release()
      await lock.release()
    },
  }
}

/** The pid of the process that owns a data folder: 0 when it does not say, undefined when nobody does. */
export async function ownerOf(dir: string): Promise<number | undefined> {
  if (process.platform === 'win32') return askPid(pipeName(dir))
  for (const folder of socketFolders(dir, join(dir, 'journal'))) {
    const [highest] = epochsIn(folder)
    if (highest === undefined) continue
    const pid = await withAddress(folder, `owner-${highest}.sock`, askPid)
    if (pid !== undefined) return pid || ownerFile(join(dir, 'journal')).pid
  }
  return undefined
}

async function claimSocket(dir: string, folder: string, afterEpoch: number): Promise<Ownership> {
  const [inData, elsewhere] = socketFolders(dir, folder)
  try {
    return await raceIn(dir, inData!, afterEpoch)
  } catch (error) {
    if (!['EOPNOTSUPP', 'ENOTSUP', 'EPERM', 'EINVAL', 'ENOSYS'].includes(codeOf(error))) throw error
    fs.mkdirSync(elsewhere!, { recursive: true, mode: 0o700 })
    return raceIn(dir, elsewhere!, afterEpoch)
  }
}

async function raceIn(dir: string, folder: string, afterEpoch: number): Promise<Ownership> {
  for (let attempt = 0; ; attempt++) {
    const [highest] = epochsIn(folder)
    if (highest !== undefined) {
      const pid = await withAddress(folder, `owner-${highest}.sock`, askPid)
      if (pid !== undefined) throw taken(dir, pid || ownerFile(join(dir, 'journal')).pid)
    }
    const epoch = Math.max(highest ?? 0, afterEpoch) + 1
    const won = await listenAs(folder, epoch)
    if (won) return won
    if (attempt > 50)
      throw new AppError('store_unavailable', `The data folder ${dir} is being started by others at this moment.`)
    await new Promise(resolve => setTimeout(resolve, 5 + Math.random() * 20))
  }
}

const taken = (dir: string, pid: number) =>
  new AppError(
    'store_unavailable',
    `The data folder ${dir} is in use by another process${pid > 0 ? ` (pid ${pid})` : ''}. Stop that one first, or set DATA_DIR to another folder.`,
    { members: { pid } },
  )

async function listenAs(folder: string, epoch: number): Promise<Ownership | undefined> {
  const own = `owner-${process.pid}-${Math.random().toString(36).slice(2, 8)}.new`
  const name = `owner-${epoch}.sock`
  const server = net.createServer(socket => {
    socket.on('error', () => {})
    socket.end(`${process.pid}\n`)
  })
  // The lock must not keep a process alive that has nothing left to do.
  server.unref()
  let ino: number | undefined
  const holds = () => inodeOf(join(folder, name)) === ino
  const drop = () =>
    new Promise<void>(resolve => {
      try {
        if (ino !== undefined && holds()) discard(folder, name)
      } finally {
        // Whoever stops listening is no owner any more, whether its name could be removed or not.
        server.close(() => resolve())
      }
    })
  try {
    await withAddress(folder, own, address => listen(server, address))
    fs.chmodSync(join(folder, own), 0o600)
    ino = inodeOf(join(folder, own))
    publish(folder, own, name)
    const [highest] = epochsIn(folder)
    if (highest !== epoch) {
      await drop()
      return undefined
    }
    for (const older of epochsIn(folder)) if (older < epoch) discard(folder, `owner-${older}.sock`)
  } catch (error) {
    await drop().catch(() => {})
    fs.rmSync(join(folder, own), { force: true })
    if (codeOf(error) === 'EEXIST') return undefined
    throw error
  }
  return { epoch, release: drop, holds }
}

/**
 * Gives a socket that somebody listens on its name, unless another has it. Where sockets cannot have a second name, a
 * symbolic link does the same: it too is made at once and only by one.
 */
function publish(folder: string, own: string, name: string): void {
  try {
    fs.linkSync(join(folder, own), join(folder, name))
    fs.unlinkSync(join(folder, own))
  } catch (error) {
    if (!['ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error
    fs.symlinkSync(own, join(folder, name))
  }
}

/** Removes a socket's name, and what it leads to. */
function discard(folder: string, name: string): void {
  const path = join(folder, name)
  if (fs.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
    fs.rmSync(join(folder, fs.readlinkSync(path)), { force: true })
  fs.rmSync(path, { force: true })
}

const listen = (server: net.Server, address: string) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, () => {
      server.off('error', reject)
      server.on('error', () => {})
      resolve()
    })
  })

/** The pid said by whoever listens, 0 when nothing was said in time, undefined when nobody listens. */
function askPid(address: string): Promise<number | undefined> {
  return new Promise(resolve => {
    const socket = net.connect(address)
    let said = ''
    let connected = false
    const done = (pid: number | undefined) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(pid)
    }
    const timer = setTimeout(() => done(connected ? 0 : undefined), greetingMs)
    socket.setEncoding('utf8')
    socket.on('connect', () => {
      connected = true
    })
    socket.on('data', text => {
      said += text
    })
    socket.on('end', () => done(Number.parseInt(said, 10) || 0))
    // A full backlog (EAGAIN) has an owner behind it, one that is too busy or stopped.
    socket.on('error', error => done(connected || codeOf(error) === 'EAGAIN' ? 0 : undefined))
  })
}

/** Epochs of the sockets in a folder, highest first. */
const epochsIn = (folder: string): number[] =>
  (fs.existsSync(folder) ? fs.readdirSync(folder) : [])
    .flatMap(name => socketName.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a)

const inodeOf = (path: string): number | undefined => fs.statSync(path, { throwIfNoEntry: false })?.ino

function socketFolders(dir: string, folder: string): string[] {
  const { dev, ino } = fs.statSync(dir)
  return [folder, join(os.tmpdir(), `parley-${os.userInfo().uid}-${dev}-${ino}`)]
}

/** Calls `use` with an address for `name` in `folder` that is short enough for a socket. */
async function withAddress<T>(folder: string, name: string, use: (address: string) => Promise<T>): Promise<T> {
  const path = join(folder, name)
  if (Buffer.byteLength(path) <= addressLimit) return use(path)
  if (process.platform === 'linux') {
    const fd = fs.openSync(folder, 'r')
    try {
      return await use(`/proc/self/fd/${fd}/${name}`)
    } finally {
      fs.closeSync(fd)
    }
  }
  const short = fs.mkdtempSync(join(os.tmpdir(), 'p-'))
  try {
    fs.symlinkSync(folder, join(short, 'd'))
    return await use(join(short, 'd', name))
  } finally {
    fs.rmSync(short, { recursive: true, force: true })
  }
}

const pipeName = (dir: string) =>
  `\\\\.\\pipe\\parley-${createHash('sha256').update(fs.realpathSync(dir).toLowerCase()).digest('hex').slice(0, 32)}`

async function claimPipe(dir: string, afterEpoch: number): Promise<Ownership> {
  const server = net.createServer(socket => socket.end(`${process.pid}\n`))
  server.unref()
  try {
    await listen(server, pipeName(dir))
  } catch {
    throw taken(dir, (await askPid(pipeName(dir))) ?? 0)
  }
  return {
    epoch: afterEpoch + 1,
    holds: () => server.listening,
    release: () => new Promise(resolve => server.close(() => resolve())),
  }
}

const ownerPath = (folder: string) => join(folder, 'owner.csv')

/** Who took the folder last, and which lock folder was theirs. Only for messages and for tidying up. */
function ownerFile(folder: string): { pid: number; lock: string } {
  try {
    const [, row] = fs.readFileSync(ownerPath(folder), 'utf8').split('\n')
    const [, pid, lock] = row!.split(',')
    return { pid: Number(pid) || 0, lock: lock ?? '' }
  } catch {
    return { pid: 0, lock: '' }
  }
}

const lockPath = (dir: string) => join(dir, 'owner.lock')

function lockId(dir: string): string {
  const stat = fs.statSync(lockPath(dir), { throwIfNoEntry: false })
  return stat ? `${stat.ino}-${Math.round(stat.birthtimeMs)}` : ''
}

function writeOwner(folder: string, epoch: number): void {
  fs.writeFileSync(ownerPath(folder), `epoch,pid,lock\n${epoch},${process.pid},${lockId(dirname(folder))}\n`)
}

async function takeVisibleLock(
  dir: string,
  folder: string,
  { epoch, holds }: Ownership,
  onLost: (reason: string) => void,
): Promise<{ release(): Promise<void> }> {
  // Whoever left this one is dead: its socket did not answer. A lock that somebody else made stays respected.
  const left = lockId(dir)
  if (left !== '' && left === ownerFile(folder).lock) fs.rmSync(lockPath(dir), { recursive: true, force: true })
  // Whose it is must be written in the moment it is made: a process killed in between would leave it to nobody.
  const noted = {
    ...fs,
    mkdir(path: string, done: (error: unknown) => void) {
      try {
        fs.mkdirSync(path)
        try {
          writeOwner(folder, epoch)
        } catch (error) {
          fs.rmdirSync(path)
          throw error
        }
      } catch (error) {
        return done(error)
      }
      done(null)
    },
  }
  let released = false
  let unlock: (() => Promise<void>) | undefined
  const take = async () => {
    unlock = await lockfile.lock(dir, {
      lockfilePath: lockPath(dir),
      fs: noted,
      stale: 20_000,
      update: 5_000,
      // Paused for long, or removed by hand. The socket says whether we are still the owner.
      onCompromised() {
        if (!holds()) onLost(`the data folder ${dir} was taken over by another process`)
        else if (!released) take().catch(() => {})
      },
    })
  }
  try {
    await take()
  } catch (error) {
    if (codeOf(error) !== 'ELOCKED') throw error
    throw new AppError(
      'store_unavailable',
      `The data folder ${dir} is locked by another program (${lockPath(dir)}). Wait until it is done, or remove that folder if it is not running any more.`,
    )
  }
  return {
    async release() {
      released = true
      await unlock?.().catch(() => {})
    },
  }
}
