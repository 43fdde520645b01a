/** After each change of knowledge: what it did to the golden questions, told at once and with the way back. */
import { ApiError, api, type GoldenRun } from './api.ts'
import { refresh } from './resource.ts'
import { t } from './text.ts'
import { toast } from './ui/toast.tsx'

let told = ''

/**
 * Says which goldens became worse with the change that was just saved; resolves to whether there were any.
 * @param undo takes the change back
 * @param known the run, where the save brought it along
 */
export async function tellWorse(undo: (() => Promise<unknown>) | undefined, known?: GoldenRun): Promise<boolean> {
  try {
    const run = known ?? (await api.settleGoldens()).run
    if (run?.reason !== 'change' || run.worse.length === 0 || run.id === told) return false
    told = run.id
    void refresh('golden')
    toast(t.goldens.nowWorse(run.worse.length, run.worse[0]!.question), {
      tone: 'bad',
      ...(undo && { undo: () => void takeBack(undo) }),
    })
    return true
  } catch (thrown) {
    // The change is saved; the overview tells what it spoilt.
    if (thrown instanceof ApiError) return false
    throw thrown
  }
}

async function takeBack(undo: () => Promise<unknown>): Promise<void> {
  try {
    await undo()
    toast(t.goldens.takenBack)
    await api.settleGoldens()
    await Promise.all([refresh('golden'), refresh('knowledge:')])
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown
    toast(thrown.message, { tone: 'bad' })
  }
}
