/** From the portal to the client's own site or program: every way there is, filled in. */
import { useSignal } from '@preact/signals'
import { api } from '../../api.ts'
import { remember } from '../../browser-store.ts'
import { paths } from '../../navigation.ts'
import { useResource } from '../../resource.ts'
import { account } from '../../session.ts'
import { curlLine, nodeSnippet, pythonSnippet, scriptTag } from '../../snippets.ts'
import { t } from '../../text.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Select } from '../../ui/choice.tsx'
import { CodeBlock, CopyButton } from '../../ui/copy.tsx'
import { EmbedCheck } from '../../ui/embed-check.tsx'
import { Card, Failed, Loading, Notice, Page } from '../../ui/surface.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { tagCopiedKey } from '../getting-started.tsx'
import { publicOrigin } from './origin.ts'

type Way = 'curl' | 'node' | 'python'

export default function Integrate() {
  const { client_id } = account.value!
  const bot = useResource('bot', api.botSettings)
  const way = useSignal<Way>('curl')
  const facts = {
    origin: publicOrigin(bot.data.value?.public_url),
    clientId: client_id,
    question: bot.data.value?.suggestions[0] ?? t.integrate.question,
  }
  const snippet = { curl: curlLine, node: nodeSnippet, python: pythonSnippet }[way.value](facts)
  const local = /^(localhost|127\.|\[::1\])/.test(location.hostname)
  const copied = () => remember(tagCopiedKey(client_id), true)
  return (
    <Page title={t.integrate.title} lead={t.integrate.lead} narrow>
      <Card title={t.integrate.site}>
        <p>{t.integrate.siteText}</p>
        <CodeBlock
          code={scriptTag(facts)}
          label={t.integrate.tag}
          copyLabel={t.integrate.copyTag}
          primary
          wrap
          onCopied={copied}
        />
        {local && <Notice>{t.integrate.local}</Notice>}
        {bot.data.value?.allowed_origins.length === 0 && (
          <Notice
            tone="warn"
            actions={
              <ButtonLink small href={paths.botWhere}>
                {t.integrate.lock}
              </ButtonLink>
            }
          >
            {t.bot.anywhere}
          </Notice>
        )}
      </Card>
      <Card title={t.embed.title}>
        <EmbedCheck
          url={bot.data.value?.allowed_origins[0] ?? ''}
          key={bot.data.value?.allowed_origins[0] ?? ''}
          onLive={copied}
        />
      </Card>
      <OtherWays />
      <Card title={t.integrate.program}>
        <p>
          {t.integrate.programText} <a href={paths.keys}>{t.integrate.makeKey}</a>
        </p>
        <Tabs
          label={t.integrate.languages}
          value={way.value}
          options={[
            { value: 'curl', label: 'curl' },
            { value: 'node', label: 'Node' },
            { value: 'python', label: 'Python' },
          ]}
          onChange={next => {
            way.value = next
          }}
        >
          <CodeBlock code={snippet} label={t.integrate.request} copyLabel={t.integrate.copySnippet} />
        </Tabs>
        <p>
          <a href={paths.apiDocs}>{t.integrate.docs}</a>
        </p>
      </Card>
      <Card title={t.integrate.id} aside={<CopyButton text={client_id} label={t.integrate.copyId} />}>
        <p class="mono">{client_id}</p>
        <p class="quiet">{t.integrate.idText}</p>
      </Card>
    </Page>
  )
}

/** Site builders, frameworks and servers: the installation's own list. */
function OtherWays() {
  const ways = useResource('integrations', api.integrations)
  const chosen = useSignal('')
  const list = ways.data.value?.integrations
  const way = list?.find(one => one.id === chosen.value) ?? list?.[0]
  return (
    <Card
      title={t.integrate.other}
      aside={
        list &&
        way && (
          <Select
            label={t.integrate.way}
            value={way.id}
            options={list.map(one => ({ value: one.id, label: one.title }))}
            onChange={id => {
              chosen.value = id
            }}
          />
        )
      }
    >
      {ways.error.value && <Failed error={ways.error.value} onRetry={ways.reload} />}
      {!list && !ways.error.value && <Loading lines={2} />}
      {way && (
        <>
          <ol class="numbers">
            {way.steps.map(step => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          {way.code && <CodeBlock code={way.code} label={way.file || way.title} copyLabel={t.integrate.copySnippet} />}
          {way.download && (
            <p>
              <a href={way.download} download>
                {t.integrate.download}
              </a>
            </p>
          )}
        </>
      )}
    </Card>
  )
}
