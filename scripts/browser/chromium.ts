/** Where Chromium is, for the programs that take pictures and measure pages. */
import { existsSync } from 'node:fs'

/** `CHROMIUM_PATH`, else where it usually is. @throws Error that says how to get one */
export function chromiumPath(): string {
  const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  const found = places.find(place => place && existsSync(place))
  if (!found) throw new Error('This needs Chromium: install it, or set CHROMIUM_PATH to its executable.')
  return found
}
