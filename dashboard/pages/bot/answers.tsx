/** When the bot answers, and what it says when it does not. */
import { Carefulness } from './carefulness.tsx'
import type { BotForm } from './page.tsx'
import { Refusals } from './refusals.tsx'

export function Answers({ form }: { form: BotForm }) {
  return (
    <>
      <Carefulness form={form} />
      <Refusals form={form} />
    </>
  )
}
