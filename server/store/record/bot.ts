/** How a bot looks, speaks and thinks. */
import { counter, type InferRow, table } from '../define.ts'
import { int, json, maybeInt, text, time } from './column.ts'

/** What visitors are asked for so that a person can write back, and when. */
export interface LeadForm {
  when: 'never' | 'refusal' | 'before'
  fields: { name: 'name' | 'email' | 'phone' | 'message'; required: boolean }[]
  /** Empty: the widget's own words. */
  title: string
  text: string
  thanks: string
}

/** A way on to people, named where the bot has no answer. */
export interface Way {
  /** text: anything that cannot be followed, said as it is. */
  kind: 'email' | 'phone' | 'link' | 'text'
  value: string
  /** What it is for; empty: the value speaks for itself. */
  label: string
}

/** When somebody is there: local times of a time zone. */
export interface OpeningHours {
  /** IANA, such as Europe/Berlin. */
  timezone: string
  /** Monday first; of each day its ranges, such as `["09:00", "17:30"]`. */
  week: [from: string, to: string][][]
  /** Days without, both ends included, as `2026-12-24`. */
  closed: { from: string; to: string; note: string }[]
}

export const bots = table({
  name: 'bots',
  file: 'bots.csv',
  key: 'client_id',
  columns: {
    client_id: text,
    name: text,
    greeting: text,
    /** #rrggbb */
    color: text,
    /** A way on, named in a refusal: an e-mail address, phone number or https link. The first of `ways`, where there are some. */
    contact: text,
    /** Origins the public id may be used from; none = any. */
    allowed_origins: json<string[]>([]),
    suggestions: json<string[]>([]),
    updated_at: time,
    /** right or left; empty: right. */
    position: text,
    /** auto, light or dark; empty: auto. */
    theme: text,
    /** BCP 47; empty: the visitor's. */
    lang: text,
    /** Words beside the launcher's sign. */
    launcher: text,
    /** In place of the launcher's sign: a character or two, or the https address of an image. */
    icon: text,
    /** In the chat's head, as `icon`. */
    avatar: text,
    placeholder: text,
    /** Seconds after which the chat opens by itself; null: never. */
    open_after: maybeInt,
    /** Paths of pages without the widget, such as `/checkout*`. */
    hide_on: json<string[]>([]),
    /** tab, keep or none; empty: tab. */
    history: text,
    consent_text: text,
    consent_url: text,
    lead: json<LeadForm | null>(null),
    /** The widget's words that the client says otherwise, by name. */
    texts: json<Record<string, string>>({}),
    /** Confidence from which an answer is given, in hundredths; null: the engine's own. */
    carefulness: maybeInt,
    /** formal or friendly; empty: neutral. */
    tone: text,
    /** ISO 639-1, the main one first; none: all. */
    languages: json<string[]>([]),
    /** The client's own words for "I don't know", by language, or for all under `*`. */
    refusals: json<Record<string, string>>({}),
    /** Several ways on; none: `contact` alone. */
    ways: json<Way[]>([]),
    hours: json<OpeningHours | null>(null),
    /** Days after which what was said is erased; null: kept. */
    retention_days: maybeInt,
    /** Days after which what visitors left is erased; null: kept. */
    lead_days: maybeInt,
  },
})
export type Bot = InferRow<typeof bots>

/** A client's choice of model; no row: the installation's, where there is one. Prices and ceilings in millionths of the currency. */
export const models = table({
  name: 'models',
  file: 'models.csv',
  key: 'client_id',
  columns: {
    client_id: text,
    /** installation, own or off. */
    mode: text,
    base_url: text,
    model: text,
    /** The key, encrypted (AES-256-GCM) under SECRET_KEY; empty: none. */
    sealed_key: text,
    /** The key's last four characters. */
    key_hint: text,
    /** For a million tokens. */
    input_price: int,
    output_price: int,
    /** Of a UTC month; null: no ceiling. */
    monthly_tokens: maybeInt,
    monthly_budget: maybeInt,
    /** Asked for at the same server; empty: no embeddings of one's own. */
    embedding_model: text,
    updated_at: time,
  },
})
export type ModelRow = InferRow<typeof models>

/** Tokens sent to and written by models that the operator pays for, by client and UTC month. */
export const modelTokens = counter({ name: 'model_tokens', file: 'counters.csv' })
/** Their cost in millionths of the currency; the key `*` counts all clients together. */
export const modelCost = counter({ name: 'model_cost', file: 'counters.csv' })
/** The same of models that clients pay for. */
export const ownModelTokens = counter({ name: 'own_model_tokens', file: 'counters.csv' })
export const ownModelCost = counter({ name: 'own_model_cost', file: 'counters.csv' })

/** Where a client's widget was seen on a site of theirs. */
export const sightings = table({
  name: 'sightings',
  file: 'sightings.csv',
  key: 'client_id',
  columns: {
    client_id: text,
    /** Of the site that was seen last. */
    origin: text,
    first_at: time,
    /** To the day. */
    last_at: time,
  },
})
export type Sighting = InferRow<typeof sightings>
