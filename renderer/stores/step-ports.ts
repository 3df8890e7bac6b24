import type { AppError } from '../../shared/base/app-error.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { frame, stepBodiesPath, stepsPath, unframe } from '../../shared/host/data-plane.ts'
import type { HostConnection } from '../../shared/host/host-api.ts'
import { type StepList, stepBodiesSchema } from '../../shared/host/label-steps.ts'
import type { StepPorts } from './step-sender.ts'

/** Steps of undo as they go to the host and come from it. */
export function stepPorts(
  host: HostConnection,
  sampleId: string,
  refused: (error: AppError) => void,
): StepPorts {
  const id = sampleId as SampleId
  return {
    refused,
    async send(batch, bodies) {
      const whole = new Uint8Array(bodies.reduce((sum, body) => sum + body.length, 0))
      let at = 0
      for (const body of bodies) {
        whole.set(body, at)
        at += body.length
      }
      await host.fetchData(stepsPath(id), { method: 'POST', body: new Blob([frame(batch, whole)]) })
    },
    async read(keys) {
      const answer = await host.fetchData(stepBodiesPath(id, keys))
      const { header, body } = unframe(new Uint8Array(await answer.arrayBuffer()))
      let at = 0
      return stepBodiesSchema.parse(header).sizes.map((size) => {
        if (size === null) return null
        at += size
        return body.slice(at - size, at)
      })
    },
    after(ms, run) {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  }
}

/** Rejects with what the host says. */
export async function readSteps(
  host: HostConnection,
  sampleId: string,
  signal: AbortSignal,
): Promise<StepList> {
  const answer = await host.fetchData(stepsPath(sampleId as SampleId), { signal })
  // The host has checked each of what may be ten thousands; a second time would hold the window up.
  return JSON.parse(await answer.text()) as StepList
}
