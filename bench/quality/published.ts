/**
 * Figures of methods that no package manager installs, and of two that it does: measured once by this protocol on every
 * second image of BSDS500 val (50 images), at 100, 200, 400, 600 and 1000 superpixels. Null where there is no figure. They
 * may be compared with the same half only: it is easier than the whole.
 */
export type Published = {
  readonly ue: readonly (number | null)[]
  readonly recall: readonly (number | null)[]
}

export const published: Readonly<Record<string, Published>> = {
  ERGC: { ue: [0.1381, 0.1023, 0.078, 0.0666, 0.0564], recall: [0.626, null, 0.812, null, 0.906] },
  'ETPS, 25 iterations': {
    ue: [0.1468, 0.1079, 0.0811, 0.068, 0.0557],
    recall: [0.844, null, 0.931, null, 0.969],
  },
  'fast-slic': { ue: [0.1462, 0.1078, 0.0816, 0.0698, 0.057], recall: [0.65, null, 0.792, null, 0.88] },
  'OpenCV SEEDS': { ue: [0.177, 0.1282, 0.0971, 0.0808, null], recall: [0.551, null, 0.727, null, null] },
  'OpenCV SLIC': {
    ue: [0.1882, 0.1409, 0.1073, 0.0913, 0.0738],
    recall: [0.605, null, 0.761, null, 0.863],
  },
}
