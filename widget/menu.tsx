/** @jsxImportSource ./dom */

/** What a visitor may do with the conversation: take it along, or have it deleted everywhere. */
import type { Api, Failure } from './api.ts'
import type { Conversation } from './conversation.ts'
import { Icon } from './icon.tsx'
import type { Speech } from './text.ts'
import { failureText } from './turn.tsx'

export interface MenuDeps {
  speech: Speech
  conversation: Conversation
  api: Api
  /** Of who answers. */
  name(): string
  /** Tells assistive technology. */
  say(words: string): void
}

export function createMenu({ speech, conversation, api, name, say }: MenuDeps): HTMLElement {
  const { text } = speech
  const note = (<p class="note" role="alert" />) as HTMLElement
  let sure = false

  const shut = () => {
    menu.open = sure = false
    erase.textContent = text.erase
    note.textContent = ''
  }
  const attempt = (work: () => Promise<void>) =>
    work().then(shut, (failure: Failure) => {
      note.textContent = failureText(failure, speech)
    })

  const download = () =>
    attempt(async () => {
      const turns = await api.turns(conversation.sessionId!)
      const words = turns.map(
        ({ timestamp, message, response }) =>
          `${new Date(timestamp).toLocaleString(speech.lang)}\n${text.you}: ${message}\n${name()}: ${response}\n`,
      )
      const link = document.createElement('a')
      link.download = `${name()}.txt`
      link.href = URL.createObjectURL(new Blob([words.join('\n')], { type: 'text/plain' }))
      link.click()
      URL.revokeObjectURL(link.href)
    })

  const erase = (
    <button
      type="button"
      onClick={() => {
        if (!sure) {
          sure = true
          erase.textContent = text.eraseSure
          return
        }
        attempt(async () => {
          await api.erase(conversation.sessionId!)
          conversation.clear()
          say(text.erased)
        })
      }}
    >
      {text.erase}
    </button>
  )
  const menu = (
    <details
      class="menu"
      onKeydown={event => {
        if (event.key !== 'Escape' || !menu.open) return
        event.stopPropagation()
        shut()
        menu.querySelector('summary')!.focus()
      }}
      onFocusout={event => menu.contains(event.relatedTarget as Node) || shut()}
    >
      <summary class="icon" title={text.more} aria-label={text.more}>
        <Icon name="more" />
      </summary>
      <div>
        <button type="button" onClick={download}>
          {text.download}
        </button>
        {erase}
        {note}
      </div>
    </details>
  ) as HTMLDetailsElement
  return menu
}
