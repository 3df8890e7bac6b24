/** Side of a mean superpixel, and how many there are: `38 px · 1,520 cells`. `pixels`: of the whole image. */
export function levelText(pixels: number, count: number): string {
  const side = Math.sqrt(pixels / count)
  const cells = `${count.toLocaleString('en')} ${count === 1 ? 'cell' : 'cells'}`
  return `${side < 10 ? side.toFixed(1) : Math.round(side)} px · ${cells}`
}
