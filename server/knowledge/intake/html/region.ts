/** Which part of a page an element is: what the page is about, or what stands around it on every page. */
import { attribute, type Element } from './dom.ts'

/**
 * - main: inside what the page itself marks as its content
 * - body: nothing said
 * - edge: menus, banners, footers, notes about cookies
 */
export type Region = 'main' | 'body' | 'edge'

const edgeTags = new Set(['nav', 'dialog', 'menu'])
const edgeRoles = new Set([
  'navigation',
  'banner',
  'contentinfo',
  'complementary',
  'search',
  'dialog',
  'alertdialog',
  'menu',
  'menubar',
  'toolbar',
])
/** Whole class names and ids that templates use for what is not content. */
const edgeNames = new Set(
  `breadcrumb breadcrumbs skip-link skiplink skip-to-content newsletter newsletter-signup social social-links share sharing
share-buttons pagination pager paging navbar nav-bar navigation main-nav site-nav mobile-nav nav-menu topbar top-bar
site-header page-header-nav masthead site-footer footer footer-widgets sidebar side-bar popup modal toast overlay back-to-top
related related-posts related-articles tags tag-list post-meta entry-meta comments comment-list language-switcher lang-switch
offcanvas off-canvas screen-reader-text sr-only visually-hidden usermenu minicart mini-cart`.split(/\s+/),
)
const noticeNames =
  /^(?:cookie|cookies|consent|gdpr|cmp|cc|cybotcookie\w*|onetrust|usercentrics|didomi|klaro|truste|cookiebot|cookielaw)(?:[-_]|$)|cookie-?(?:banner|notice|bar|consent|popup|hint|law|info)/i

/** The region of an element's inside, given that of its outside. */
export function regionOf(element: Element, outside: Region, hasHeart: (element: Element) => boolean): Region {
  if (outside === 'edge') return 'edge'
  const role = attribute(element, 'role').toLowerCase()
  if (edgeTags.has(element.name) || edgeRoles.has(role)) return 'edge'
  if (element.name === 'main' || role === 'main') return 'main'
  if (isNotice(element)) return 'edge'
  // A page's own header holds its title, an aside in a text is a remark; outside of it they are the frame.
  if (['header', 'footer', 'aside'].includes(element.name))
    return outside === 'main' || hasHeart(element) ? outside : 'edge'
  if (element.name === 'article') return 'main'
  if (namesOf(element).some(name => edgeNames.has(name)) && !hasHeart(element)) return 'edge'
  return outside
}

/** A note that asks for consent, by its name: it stands in the middle of pages, too. */
const isNotice = (element: Element) =>
  ['div', 'section', 'aside', 'form'].includes(element.name) && namesOf(element).some(name => noticeNames.test(name))

function namesOf(element: Element): string[] {
  const text = `${attribute(element, 'class')} ${attribute(element, 'id')}`.slice(0, 500).toLowerCase()
  return text.split(/\s+/).filter(Boolean)
}
