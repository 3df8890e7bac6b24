import { StepHistory } from '../../renderer/stores/step-history.ts'
import type { StepPorts } from '../../renderer/stores/step-sender.ts'
import type { AppError } from '../../shared/base/app-error.ts'
import type { StepEntry, StepList } from '../../shared/host/label-steps.ts'
import type { LabelDocument } from '../../shared/label/edit.ts'

/** Where the steps of one label are kept in memory; `fails` makes it refuse. */
export function memorySteps() {
  const entries: StepEntry[] = []
  const bodies = new Map<string, Uint8Array>()
  const refusals: AppError[] = []
  const state = { place: null as string | null, fails: null as AppError | null, reads: 0, sends: 0 }
  let openings = 0
  const ports: StepPorts = {
    async send({ steps, place }, sent) {
      state.sends++
      if (state.fails) throw state.fails
      for (const [i, entry] of steps.entries()) {
        if (bodies.has(entry.key)) continue
        entries.push(entry)
        bodies.set(entry.key, sent[i]!.slice())
        state.place = entry.key
      }
      if (place !== undefined) state.place = place
    },
    async read(keys) {
      state.reads++
      if (state.fails) throw state.fails
      return keys.map((key) => bodies.get(key)?.slice() ?? null)
    },
    refused: (error) => refusals.push(error),
    after(ms, run) {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  }
  const list = (): StepList => ({ steps: [...entries], place: state.place, isDamaged: false })
  return {
    state,
    entries,
    bodies,
    refusals,
    ports,
    list,
    /** As if the label was opened; every opening has a name of its own. */
    open: (doc: LabelDocument) =>
      new StepHistory(ports, { name: String(openings++).padStart(8, '0'), list: list(), doc }),
  }
}
