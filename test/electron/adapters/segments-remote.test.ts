import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { onTestFinished } from 'vitest'
import { Secret } from '../../../electron/adapters/secrets/secret.ts'
import { createSegmentsRemote } from '../../../electron/adapters/segments/remote.ts'
import {
  type SegmentsCall,
  type SegmentsHarness,
  type SegmentsSpoil,
  segmentsRemoteContract,
} from '../../contracts/segments-remote.contract.ts'
import { type FaultAction, startSegmentsDouble } from '../../servers/segments/server.ts'

const key = 'a-key-of-the-double-1234567890'

segmentsRemoteContract(async (): Promise<SegmentsHarness> => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-segments-'))
  const double = await startSegmentsDouble({ dir: join(folder, 'data'), apiKey: key, checksMasks: false })
  onTestFinished(async () => {
    await double.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const remote = (its: string) =>
    createSegmentsRemote({
      baseUrl: double.url,
      key: new Secret(its),
      product: 'tessera/test',
      retries: 2,
      minWaitMs: 5,
    })
  return {
    remote: remote(key),
    stranger: remote('another-key-1234567890'),
    user: 'me',
    organization: 'team',
    tries: 3,
    spoil: (on: SegmentsCall, how: SegmentsSpoil, times = 1) =>
      double.fail({ on, times, action: actionOf(how) }),
    revoke: () => double.revoke(),
    expireAddresses: () => double.expireAddresses(),
    otherWrites: (dataset, sample, status) =>
      void double.admin.editLabel(dataset, sample, { label_status: status as 'VERIFIED' }),
    capPages: (most) => {
      double.options.maxPerPage = most
    },
    count: (call) => double.count(call),
    peak: () => double.load().peak,
    connections: () => double.load().connections,
    mask(width, height) {
      const data = new Uint8Array(width * height * 4).map((_, i) =>
        i % 4 === 3 ? 255 : i < 4 ? (i ? 0 : 1) : 0,
      )
      return new Uint8Array(encode({ width, height, data, channels: 4 }))
    },
  }
})

function actionOf(how: SegmentsSpoil): FaultAction {
  switch (how.kind) {
    case 'refuse': {
      const headers = how.retryAfter === undefined ? {} : { 'retry-after': String(how.retryAfter) }
      return { kind: 'status', status: how.status, headers }
    }
    case 'lose before':
      return { kind: 'drop-before-effect' }
    case 'lose after':
      return { kind: 'drop-after-effect' }
    case 'fault after':
      return { kind: 'status-after-effect', status: 500 }
    case 'cut short':
      return { kind: 'truncate' }
    case 'page':
      return { kind: 'portal' }
    case 'slow':
      return how
    default:
      return { kind: how.kind }
  }
}
