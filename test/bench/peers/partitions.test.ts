import { expect, it } from 'vitest'
import { componentsOf } from '../../../bench/metrics/components.ts'
import { lineChild } from '../../../bench/peers/line-child.ts'
import { findOffer, startPeers } from '../../../bench/peers/partitions.ts'
import { sceneImage } from '../../support/made-images.ts'

const offer = await findOffer()
const why = offer ? '' : ' [skipped: no Python has OpenCV, scikit-image or fast-slic]'

it.skipIf(!offer)(`gets labels of every pixel from each method at each request${why}`, async () => {
  const image = sceneImage(180, 120)
  const peers = await startPeers(offer!)
  try {
    const partitions = await peers.divide(image)
    expect(partitions.length).toBe(offer!.methods.reduce((sum, { requests }) => sum + requests.length, 0))
    for (const { labels } of partitions) {
      expect(labels.length).toBe(180 * 120)
      expect(componentsOf(labels, 180).areas.length).toBeGreaterThan(1)
    }
  } finally {
    await peers.close()
  }
})

it('rejects when a process is not there or ends without a word', async () => {
  await expect(lineChild('no-such-command', [])).rejects.toThrow(/ENOENT/)
  await expect(lineChild(process.execPath, ['-e', '0'])).rejects.toThrow(/ended too early/)
})

it('rejects when a process dies instead of answering', async () => {
  const child = await lineChild(process.execPath, [
    '-e',
    'console.log("ready"); process.stdin.once("data", () => process.exit(3))',
  ])
  expect(child.greeting).toBe('ready')
  await expect(child.ask('hello')).rejects.toThrow(/ended too early/)
})
