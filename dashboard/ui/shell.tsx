/** The frame of every page inside: the menu at the side, or along the lower edge of a phone. */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { lazy, useLocation } from 'preact-iso'
import type { Account } from '../api.ts'
import { useAttention } from '../attention.ts'
import { isCurrent, type MenuItem, menu, paths } from '../navigation.ts'
import { flushDeletes } from '../pending-delete.ts'
import { signOut } from '../session.ts'
import { loadPages, t } from '../text.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Icon, Mark } from './icon.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { Hidden } from './surface.tsx'
import { ThemeSwitch } from './theme-switch.tsx'
import { toast } from './toast.tsx'

/** Most never see it. */
const Unconfirmed = lazy(() =>
  loadPages()
    .then(() => import('./unconfirmed.tsx'))
    .then(file => file.Unconfirmed),
)

/** Signs out after everything that was waiting has been sent. */
export async function signOutForGood(): Promise<void> {
  try {
    await flushDeletes()
    await signOut()
  } catch (thrown) {
    toast((thrown as Error).message, { tone: 'bad' })
  }
}

export function Shell({ account, children }: { account: Account; children: ComponentChildren }) {
  const { path } = useLocation()
  const moreOpen = useSignal(false)
  useEffect(() => {
    moreOpen.value = false
  }, [path])
  const items = menu.flatMap(group => group.items)
  return (
    <div class="shell">
      <a class="skip-link" href="#content">
        {t.nav.skip}
      </a>
      <header class="shell-side">
        <a class="brand" href={paths.overview}>
          <Mark />
          <span>{t.product}</span>
        </a>
        <nav class="side-nav" aria-label={t.nav.main}>
          {menu.map(group => (
            <div key={group.label} class="side-group">
              <ul aria-label={group.label}>
                {group.items.map(item => (
                  <li key={item.href}>
                    <MenuLink item={item} path={path} />
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </nav>
        <div class="side-foot">
          <ThemeSwitch />
          <a class="who" href={paths.account} aria-current={isCurrent(paths.account, path) ? 'page' : undefined}>
            <Initial name={account.company_name} />
            <span class="who-text">
              <span class="who-name">{account.company_name}</span>
              <span class="who-mail">{account.email}</span>
            </span>
          </a>
        </div>
      </header>
      <main class="sheet" id="content" tabIndex={-1}>
        {account.email_verified === false && <Unconfirmed email={account.email} />}
        {children}
      </main>
      <nav class="phone-nav" aria-label={t.nav.main}>
        {items
          .filter(item => item.phone)
          .map(item => (
            <MenuLink key={item.href} item={item.short ? { ...item, label: item.short } : item} path={path} />
          ))}
        <button
          type="button"
          class="menu-link"
          aria-haspopup="dialog"
          aria-expanded={moreOpen.value}
          onClick={() => {
            moreOpen.value = true
          }}
        >
          <Icon name="more" />
          <span>{t.nav.more}</span>
        </button>
      </nav>
      {moreOpen.value && (
        <Dialog
          title={account.company_name}
          sheet
          onClose={() => {
            moreOpen.value = false
          }}
        >
          <nav class="more-nav" aria-label={t.nav.more}>
            {items
              .filter(item => !item.phone)
              .concat({ href: paths.account, label: t.nav.account, icon: 'account' })
              .map(item => (
                <MenuLink key={item.href} item={item} path={path} />
              ))}
          </nav>
          <div class="more-foot">
            <ThemeSwitch />
            <LanguageSwitch />
          </div>
          <Button icon="leave" wide onClick={signOutForGood}>
            {t.signOut}
          </Button>
        </Dialog>
      )}
    </div>
  )
}

function MenuLink({ item, path }: { item: MenuItem; path: string }) {
  const here = [item.href, ...(item.also ?? [])].some(href => isCurrent(href, path))
  return (
    <a class="menu-link" href={item.href} aria-current={here ? 'page' : undefined}>
      <Icon name={item.icon} />
      <span>{item.label}</span>
      {item.waits && <Waiting />}
    </a>
  )
}

/** How much in the knowledge waits for a decision. */
function Waiting() {
  const waiting = useAttention()?.total ?? 0
  if (waiting === 0) return null
  return (
    <span class="menu-count">
      <span aria-hidden="true">{waiting > 99 ? '99+' : waiting}</span>
      <Hidden>{t.nav.waiting(waiting)}</Hidden>
    </span>
  )
}

/** A company's first letter, in place of a picture. */
function Initial({ name }: { name: string }) {
  return (
    <span class="initial" aria-hidden="true">
      {[...name.trim()][0]?.toUpperCase()}
    </span>
  )
}
