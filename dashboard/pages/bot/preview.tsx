/**
 * The very widget of this installation with the settings as they are in the form, saved or not. It runs in a sandboxed frame
 * (preview-frame.ts); what it asks of the server is asked here, in the client's name, where nothing of it is counted.
 */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { ApiError, api, asApiError, type BotPreview, type BotSettings } from '../../api.ts'
import type { FromFrame, ToFrame } from '../../preview-frame.ts'
import { t } from '../../text.ts'
import { IconButton } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { optionsOf } from './look.tsx'
import { changeOf } from './page.tsx'

/** What a window is wide and high, in CSS pixels; the frame is scaled to the room that there is. */
const windows = { desktop: { width: 620, height: 760 }, phone: { width: 390, height: 780 } }
type Device = keyof typeof windows

/** Milliseconds without typing, until the server is asked what it comes to. */
const pauseMs = 150

/** @param beside it stands next to the form and is to be seen whole */
export function Preview({ values, beside }: { values: BotSettings; beside: boolean }) {
  const box = useRef<HTMLDivElement>(null)
  const frame = useRef<HTMLIFrameElement>(null)
  const device = useSignal<Device>(beside ? 'desktop' : 'phone')
  const light = useSignal<'light' | 'dark'>(document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light')
  const problem = useSignal<ApiError | undefined>(undefined)
  const shown = useRef<{ change: Change; told: BotPreview } | undefined>(undefined)
  const ready = useRef(false)

  const tell = (message: ToFrame) => frame.current?.contentWindow?.postMessage(message, '*')
  const draw = () => {
    if (ready.current && shown.current) tell({ look: { ...shown.current.told, dark: light.peek() === 'dark' } })
  }

  useEffect(() => {
    const answer = async (ask: 'chat' | 'suggest', body: { message: string; session_id?: string; apart?: boolean }) =>
      ask === 'suggest' ? api.suggest(body.message) : api.previewChat({ ...body, settings: shown.current!.change })
    const listen = async ({ source, data }: MessageEvent<FromFrame>) => {
      if (!source || source !== frame.current?.contentWindow) return
      if ('ready' in data) {
        ready.current = true
        draw()
        return
      }
      const { id, ask, body } = data
      try {
        tell({ id, status: 200, body: await answer(ask, body) })
      } catch (thrown) {
        const { status, code, resetsAt } = asApiError(thrown)
        tell({ id, status: status || 503, body: { status: status || 503, code, resets_at: resetsAt } })
      }
    }
    addEventListener('message', listen)
    return () => removeEventListener('message', listen)
  }, [])

  useEffect(() => {
    let current = true
    const timer = setTimeout(
      async () => {
        try {
          const next = await previewOf(values)
          if (!current) return
          shown.current = next
          problem.value = undefined
          draw()
        } catch (thrown) {
          if (current) problem.value = asApiError(thrown)
        }
      },
      shown.current ? pauseMs : 0,
    )
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [values])
  useEffect(draw, [light.value])

  const { width, height } = windows[device.value]
  useEffect(() => {
    const room = box.current!
    const resize = () => {
      const high = beside ? Math.max(0.5, (innerHeight - 220) / height) : 1
      // The frame's own border is beside it.
      const scale = Math.min(1, (room.clientWidth - 12) / width, high)
      room.style.setProperty('--scale', String(scale))
      room.style.setProperty('--width', `${width}px`)
      room.style.setProperty('--height', `${height}px`)
    }
    const observer = new ResizeObserver(resize)
    observer.observe(room)
    addEventListener('resize', resize)
    resize()
    return () => {
      observer.disconnect()
      removeEventListener('resize', resize)
    }
  }, [width, height])

  return (
    <aside class="preview" aria-label={t.bot.preview}>
      <div class="preview-tools">
        <Choice
          label={t.bot.device}
          quietLabel
          value={device.value}
          options={optionsOf(t.bot.devices)}
          onChange={next => {
            device.value = next
          }}
        />
        <Choice
          label={t.bot.surroundings}
          quietLabel
          value={light.value}
          options={[
            { value: 'light', label: t.bot.lights.light, icon: 'sun' },
            { value: 'dark', label: t.bot.lights.dark, icon: 'moon' },
          ]}
          onChange={next => {
            light.value = next
          }}
        />
        <IconButton icon="rotate" label={t.bot.restart} onClick={() => tell({ restart: true })} />
      </div>
      <div class="preview-room" ref={box}>
        <div class={`preview-window preview-${device.value}`}>
          <iframe
            ref={frame}
            title={t.bot.preview}
            src="/portal/preview"
            sandbox="allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads"
          />
        </div>
      </div>
      <p class="preview-note" role="status">
        {problem.value ? `${t.bot.previewFailed} ${problem.value.message}` : t.bot.previewNote}
      </p>
    </aside>
  )
}

type Change = Partial<ReturnType<typeof changeOf>>

/** What the widget would be told, and of which change; a setting that is not right yet stays as it was saved. */
async function previewOf(values: BotSettings): Promise<{ change: Change; told: BotPreview }> {
  const change = changeOf(values)
  try {
    return { change, told: await api.previewBot(change) }
  } catch (thrown) {
    if (!(thrown instanceof ApiError) || thrown.status !== 400) throw thrown
    const right = without(change, Object.keys(thrown.fields))
    return { change: right, told: await api.previewBot(right) }
  }
}

function without<V extends object>(change: V, pointers: string[]): Partial<V> {
  const wrong = new Set(pointers.map(pointer => pointer.split('/')[0]))
  return Object.fromEntries(Object.entries(change).filter(([name]) => !wrong.has(name))) as Partial<V>
}
