/** HTTP of models: a client's choice, a trial call, what it cost. */
import type { RateLimits } from '../http/rate-limit.ts'
import { route } from '../http/route.ts'
import type { Models } from './models.ts'
import { ModelChange, ModelSettings, ModelTestReply, ModelTestRequest, ModelUsage } from './wire.ts'

const tag = 'Model'

export function modelRoutes({ models, limits }: { models: Models; limits: RateLimits }) {
  return {
    settings: route({
      summary: 'Which model words the answers',
      tag,
      replies: { 200: { description: 'The choice; never the key', schema: ModelSettings } },
      handle: ({ caller }) => ({ body: models.settings(caller.clientId) }),
    }),

    change: route({
      summary: 'Choose a model, or set up one of your own',
      description:
        'Only the members that are sent change. The key is stored encrypted and never given out; a new `base_url` on another server forgets it. An address that is not public is refused, unless the operator named it.',
      tag,
      body: ModelChange,
      replies: { 200: { description: 'The choice as it is now', schema: ModelSettings } },
      handle: async ({ body, caller, ip }) => ({
        body: await models.change(caller.clientId, body, { ip, via: caller.via }),
      }),
    }),

    test: route({
      summary: 'Try the model',
      description:
        'One real call with a made-up passage. With `base_url`, `model` or `api_key` it tries these without storing them. A model that fails is a reply with `ok: false` and the reason, not an error.',
      tag,
      body: ModelTestRequest,
      replies: { 200: { description: 'What happened', schema: ModelTestReply } },
      async handle({ body, caller }) {
        await limits.take('modelTest', caller.clientId)
        return { body: await models.test(caller.clientId, body) }
      },
    }),

    usage: route({
      summary: 'Tokens and cost of this month',
      tag,
      replies: { 200: { description: 'Usage against the ceilings', schema: ModelUsage } },
      handle: ({ caller }) => ({ body: models.usage(caller.clientId) }),
    }),
  }
}
