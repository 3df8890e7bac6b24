import type { Ring } from '../../label/polygon.ts'

type Corner = Ring[number]

/** The four corners around two opposite ones. */
export function rectangle(a: Corner, b: Corner): Ring {
  return [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }]
}

export function ellipse(centre: Corner, rx: number, ry: number): Ring {
  return Array.from({ length: 128 }, (_, i) => {
    const angle = (i * Math.PI) / 64
    return { x: centre.x + rx * Math.cos(angle), y: centre.y + ry * Math.sin(angle) }
  })
}

/** About `centre`, clockwise on the screen. */
export function turned(ring: Ring, centre: Corner, degrees: number): Ring {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  return ring.map(({ x, y }) => ({
    x: centre.x + (x - centre.x) * cos - (y - centre.y) * sin,
    y: centre.y + (x - centre.x) * sin + (y - centre.y) * cos,
  }))
}
