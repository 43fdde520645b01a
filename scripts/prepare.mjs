#!/usr/bin/env node
// Runs before `npm start`, `npm test` and the other commands, with nothing but Node: installs packages when they are
// missing or older than the lockfile, builds when a source is newer than the build, and for tests sees to a Chromium.
//   node scripts/prepare.mjs run|dev|test
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
process.chdir(root)
const purpose = process.argv[2] ?? 'run'
const say = text => console.log(`parley: ${text}`)

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19) || (major === 22 && minor < 12)) {
  console.error(`Parley needs Node 20.19 or newer (24 is recommended); this is ${process.versions.node}.`)
  process.exit(1)
}

// `npm start` and `npm test` may run at once on a fresh clone: a folder is the lock, as making one is atomic.
const lock = '.prepare.lock'
await withLock(() => {
  install()
  if (purpose !== 'run') installTools()
  build()
})
if (purpose === 'test') {
  seeTo({
    name: 'Chromium',
    purpose: 'the browser tests',
    packages: ['chromium'],
    found: () => Boolean(findChromium()),
    instead: 'or name one: CHROMIUM_PATH=/path/to/chrome npm test',
  })
  for (const [name, packages] of [
    ['php', ['php-cli']],
    ['python3', ['python3']],
    ['curl', ['curl']],
  ])
    seeTo({ name, purpose: 'the tests of the examples', packages, found: () => answers(name) })
}

function install() {
  const wanted = purpose === 'run' ? 'run' : 'all'
  const stampFile = 'node_modules/.parley-installed'
  const lockHash = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
  const stamp = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : ''
  if (stamp === `${lockHash} all` || (wanted === 'run' && stamp === `${lockHash} run`)) return
  // Packages that npm put there by itself, for this lockfile or a newer one, are as good.
  if (stamp === '' && installedByNpm()) return
  say(wanted === 'run' ? 'installing packages (once) …' : 'installing packages, those for development too (once) …')
  // A server that runs on what is installed must not lose it: development packages are added beside, not by starting over.
  const adding = wanted === 'all' && stamp === `${lockHash} run`
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  if (adding) npm(['install', '--no-save', '--include=dev', ...quiet])
  else npm(['ci', ...(wanted === 'run' ? ['--omit=dev'] : ['--include=dev']), ...quiet])
  writeFileSync(stampFile, `${lockHash} ${wanted}`)
}

/** The linter stands apart, without a lockfile: see tools/package.json. */
function installTools() {
  const { devDependencies } = JSON.parse(readFileSync('tools/package.json', 'utf8'))
  const current = Object.entries(devDependencies).every(([name, version]) => {
    const file = join('tools/node_modules', name, 'package.json')
    return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version === version
  })
  if (!current)
    npm(['install', '--prefix', 'tools', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'])
}

function installedByNpm() {
  const hidden = 'node_modules/.package-lock.json'
  return (
    existsSync(hidden) &&
    existsSync('node_modules/vitest') &&
    statSync(hidden).mtimeMs >= statSync('package-lock.json').mtimeMs
  )
}

function npm(args) {
  // npm names its own program in npm_execpath when it runs us; otherwise it is on the PATH.
  const program = process.env.npm_execpath
  const [command, rest] = program ? [process.execPath, [program, ...args]] : ['npm', args]
  const { status, error } = spawnSync(command, rest, {
    stdio: 'inherit',
    shell: !program && process.platform === 'win32',
  })
  if (status !== 0) {
    console.error(`\nparley: npm ${args[0]} failed${error ? `: ${error.message}` : ''}; see above.`)
    process.exit(1)
  }
}

function build() {
  const sources = ['package.json', 'package-lock.json', 'scripts', 'server', 'dashboard', 'widget'].filter(existsSync)
  const built = 'dist/.built'
  if (existsSync(built) && newest(sources) <= statSync(built).mtimeMs) return
  say('building …')
  try {
    execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' })
  } catch {
    process.exit(1)
  }
  writeFileSync(built, '')
}

/** Time of the newest file in these files and folders, in milliseconds. */
function newest(paths) {
  return Math.max(
    0,
    ...paths.map(path => {
      const info = statSync(path)
      return info.isDirectory()
        ? Math.max(info.mtimeMs, newest(readdirSync(path).map(name => join(path, name))))
        : info.mtimeMs
    }),
  )
}

/** What tests need and npm does not have: installed where that is possible, else said how. */
function seeTo({ name, purpose, packages, found, instead = '' }) {
  if (found()) return
  const canInstall = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (canInstall) {
    say(`installing ${name} for ${purpose} (once) …`)
    const options = {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }
    spawnSync('apt-get', ['update', '-qq'], options)
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options)
  }
  if (found()) return
  const command = `sudo apt-get install -y ${packages.join(' ')}`
  console.error(`\nparley: ${purpose} need ${name}. Install it with: ${command}${instead && `\n        ${instead}`}`)
  process.exit(1)
}

function answers(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0
}

function findChromium() {
  const places = [
    process.env.CHROMIUM_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ]
  return places.find(path => path && existsSync(path))
}

async function withLock(work) {
  const startedAt = Date.now()
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      // A lock of a killed run is older than any install takes.
      const age = existsSync(lock) ? Date.now() - statSync(lock).mtimeMs : 0
      if (age > 15 * 60_000) rmSync(lock, { recursive: true, force: true })
      if (Date.now() - startedAt < 1000) say('waiting for another command that is preparing …')
      await new Promise(resolve => setTimeout(resolve, 1000))
    }
  }
  const release = () => rmSync(lock, { recursive: true, force: true })
  process.on('exit', release)
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))
  work()
  release()
}
