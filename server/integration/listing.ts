/** What a client pastes or downloads, made by the build from widget/examples, filled in with who asks. */
import { createHash } from 'node:crypto'
import type { StaticFiles } from '../http/static.ts'
import type { Integration, WidgetVersion } from './wire.ts'

export interface Listing {
  /** For one client: the public id stands where the id goes, never a key. */
  integrations(clientId: string): Integration[]
  version(clientId: string): WidgetVersion
}

export function createListing(deps: { files: StaticFiles; publicUrl: string; version: string }): Listing {
  const { files, publicUrl, version } = deps
  const built = files.get('integrations/integrations.json')
  const templates: Integration[] = built ? JSON.parse(Buffer.from(built.plain).toString('utf8')) : []
  const pinned = files.get(`widget/v${version}/widget.js`)
  const integrity = pinned ? `sha384-${createHash('sha384').update(pinned.plain).digest('base64')}` : ''
  const url = `${publicUrl}/widget.js`
  const pinnedUrl = `${publicUrl}/widget/v${version}/widget.js`
  const tag = (src: string, more: string, clientId: string) =>
    `<script src="${src}"${more} data-company-id="${clientId}" async></script>`

  const versionFor = (clientId: string): WidgetVersion => ({
    version,
    url,
    pinned_url: pinnedUrl,
    integrity,
    types_url: `${publicUrl}/widget.d.ts`,
    tag: tag(url, '', clientId),
    pinned_tag: tag(pinnedUrl, ` integrity="${integrity}" crossorigin="anonymous"`, clientId),
  })

  return {
    version: versionFor,
    integrations(clientId) {
      const fill = (text: string) =>
        text
          .replaceAll('https://parley.example', publicUrl)
          .replaceAll('YOUR_COMPANY_ID', clientId)
          .replaceAll('PARLEY_INTEGRITY', integrity)
          .replaceAll('PARLEY_VERSION', version)
      return templates.map(one => ({
        ...one,
        steps: one.steps.map(fill),
        code: fill(one.code),
        ...(one.download && { download: `${publicUrl}${one.download}` }),
      }))
    },
  }
}
