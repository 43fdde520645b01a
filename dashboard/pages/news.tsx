/** What is new since the last visit, each with the way to it; and golden questions that went wrong meanwhile. */
import type { News } from '../api.ts'
import { paths } from '../navigation.ts'
import { ago, count, t } from '../text.ts'
import { ButtonLink } from '../ui/button.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { Card, Notice } from '../ui/surface.tsx'

export function WhatIsNew({ news }: { news: News }) {
  const { since, jobs } = news
  const items: { icon: IconName; n: number; label: (n: number) => string; href: string }[] = [
    { icon: 'talks', n: news.conversations, label: t.news.conversations, href: sinceDay(paths.conversations, since) },
    { icon: 'improve', n: news.unanswered, label: t.news.unanswered, href: `${paths.improve}?sort=last` },
    { icon: 'thumbDown', n: news.complaints, label: t.news.complaints, href: `${paths.badlyRated}?sort=last` },
    { icon: 'account', n: news.leads, label: t.news.leads, href: `${paths.leads}?state=new` },
    { icon: 'check', n: jobs.done, label: t.news.jobsDone, href: paths.sources },
    { icon: 'warning', n: jobs.failed, label: t.news.jobsFailed, href: paths.sources },
    { icon: 'edit', n: news.hand_edits, label: t.news.handEdits, href: paths.knowledge },
  ]
  const some = items.filter(item => item.n > 0)
  if (!since) return null
  return (
    <Card title={t.news.title(ago(since))}>
      {some.length === 0 ? (
        <p class="quiet">{t.news.none}</p>
      ) : (
        <ul class="news">
          {some.map(item => (
            <li key={item.href + item.icon}>
              <a class="news-item" href={item.href}>
                <Icon name={item.icon} />
                <span>
                  <b>{count(item.n)}</b> <span class="news-label">{item.label(item.n)}</span>
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

const sinceDay = (path: string, since: string | null) => (since ? `${path}?from=${since.slice(0, 10)}` : path)

export function WrongGoldens({ goldens }: { goldens: News['goldens'] }) {
  if (!goldens || goldens.wrong === 0) return null
  return (
    <Notice
      tone={goldens.worse.length > 0 ? 'bad' : 'warn'}
      actions={
        <ButtonLink small href={`${paths.goldens}?ok=no`}>
          {t.news.look}
        </ButtonLink>
      }
    >
      <p>
        {goldens.worse.length > 0
          ? t.news.worse(goldens.worse[0]!, goldens.worse.length)
          : t.news.wrong(goldens.wrong, goldens.total)}
      </p>
    </Notice>
  )
}
