/** Questions that mean the same are put together, in whatever words and however badly typed; others stay apart. */
import { expect, it } from 'vitest'
import { groupByMeaning } from '../../server/improve/grouping.ts'

const groups = async (messages: string[], lang = 'en') =>
  (
    await groupByMeaning(
      messages.map(message => ({ message, lang })),
      [],
    )
  ).map(group => group.asked.map(each => each.message))

it.each([
  [
    'en',
    [
      'Do you repair broken sails?',
      'can you repair a broken sail',
      'repairing broken sails',
      'DO YOU REPIAR BROKN SAILS??',
    ],
  ],
  ['en', ['What is the guarantee on shoes?', 'garantee shoes', 'Guarantee for shoes, please']],
  ['de', ['Was kostet der Versand nach Norwegen?', 'versandt nach norwegen kosten', 'Kosten Versand Norwegen']],
  ['fr', ['Livrez-vous en Norvège ?', 'livrez norvege', 'vous livrez la Norvège']],
  ['de', ['Geschenkgutscheine?', 'geschenk gutscheine']],
])('%s: one question in many words', async (lang, messages) => {
  expect(await groups(messages, lang)).toEqual([messages])
})

it.each([
  ['Do you sell tables?', 'Do you sell cables?'],
  ['Do you deliver to Norway?', 'Do you deliver on Sundays before noon?'],
  ['Is there parking?', 'Is there a playground?'],
  ['Room 101', 'Room 102'],
])('%s – %s: two questions', async (...messages) => {
  expect(await groups(messages)).toHaveLength(2)
})

it('keeps the group of an anchor, whatever was asked first', async () => {
  const found = await groupByMeaning(
    ['repairing broken sails', '???', 'Do you repair broken sails?'].map(message => ({ message, lang: 'en' })),
    [{ id: 'x1', question: 'Do you repair broken sails?' }],
  )
  expect(found.map(group => [group.anchor, group.asked.length])).toEqual([
    ['x1', 2],
    [undefined, 1],
  ])
})

it('puts 10,000 questions together', async () => {
  const things = ['lamp', 'chair', 'table', 'shelf', 'mirror', 'carpet', 'curtain', 'cushion', 'clock', 'vase']
  const verbs = ['deliver', 'repair', 'sell', 'rent', 'clean', 'paint', 'insure', 'wrap', 'store', 'measure']
  const asked = Array.from({ length: 10_000 }, (_, i) => ({
    message: `Do you ${verbs[i % 10]} the ${things[Math.floor(i / 10) % 10]}${i % 3 ? ` today, number ${i}` : ''}?`,
    lang: 'en',
  }))
  const start = performance.now()
  const found = await groupByMeaning(asked, [])
  console.info(`10,000 questions in ${found.length} groups: ${(performance.now() - start).toFixed(0)} ms`)
  expect(found.reduce((sum, group) => sum + group.asked.length, 0)).toBe(10_000)
  expect(found.length).toBeLessThan(1_000)
})
