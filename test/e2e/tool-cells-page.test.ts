import { expect, it } from 'vitest'
import { cellsPage } from './tool-cells/page.ts'

it('writes down what every tool does in every state', async () => {
  await expect(cellsPage()).toMatchFileSnapshot('../../docs/tool-cells.md')
})
