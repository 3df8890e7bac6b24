import { expect, it } from 'vitest'
import { ImageBytes } from '../../../../renderer/features/labeler/image-bytes.ts'

const never = new AbortController().signal
const id = '00000000-0000-4000-8000-000000000000'

function setUp(size: number) {
  const asked: string[] = []
  const images = new ImageBytes({
    async fetchData(path) {
      asked.push(path.slice(-1))
      return { size } as Blob
    },
  })
  const read = (digit: string) => images.read({ id, imageDigest: digit.repeat(64) }, never)
  return { asked, read }
}

it('asks once for the bytes of an image', async () => {
  const { asked, read } = setUp(1000)
  for (const digit of ['a', 'b', 'a', 'b', 'a']) await read(digit)
  expect(asked).toEqual(['a', 'b'])
})

it('keeps those seen last within its bound', async () => {
  const { asked, read } = setUp(40 * 2 ** 20)
  for (const digit of ['a', 'b', 'a', 'c', 'a', 'b']) await read(digit)
  expect(asked).toEqual(['a', 'b', 'c', 'b'])
})
