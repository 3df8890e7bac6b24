import type { DoubleStore } from '../../test/servers/wandb/state.ts'

/** Who made what from what, as the server knows it: one line a run, in the order of the runs. */
export function lineageOf(store: DoubleStore): string[] {
  const nameOf = (id: string) => {
    const artifact = store.artifact(id)!
    return `${artifact.collection}:v${artifact.versionIndex}`
  }
  return store.state.runs.map(({ displayName, jobType, inputs, outputs }) => {
    const run = `[${displayName} · ${jobType}]`
    const before = inputs.length > 0 ? `${inputs.map(nameOf).join(', ')} → ` : ''
    return `${before}${run}${outputs.length > 0 ? ` → ${outputs.map(nameOf).join(', ')}` : ''}`
  })
}
