/** The events of one reply. */
import { eventStream as openStream } from '../http/event-stream.ts'
import type { ChatEvents } from './wire.ts'

export const eventStream = (onCancel: () => void) => openStream<ChatEvents>(onCancel)
