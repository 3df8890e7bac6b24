/** Adds to `counts` how many runs within rows each region has. */
export function countRuns(label: usize, width: i32, rows: i32, counts: usize): void {
  for (let y = 0; y < rows; y++) {
    let left: u32 = 0xffffffff
    for (const end = label + ((<usize>width) << 2); label < end; label += 4) {
      const here = load<u32>(label)
      const at = counts + ((<usize>here) << 2)
      store<u32>(at, load<u32>(at) + <u32>(here !== left))
      left = here
    }
  }
}

/** Where each leaf's runs begin: counts per region to starts per leaf. `starts`: a word per leaf and one. */
export function startsOfRuns(counts: usize, number: usize, leafCount: i32, starts: usize): u32 {
  for (let i: usize = 0, end = (<usize>leafCount) << 2; i < end; i += 4) {
    store<u32>(starts + ((<usize>load<u32>(number + i)) << 2), load<u32>(counts + i))
  }
  let sum: u32 = 0
  for (let i = 0; i < leafCount; i++) {
    const at = starts + ((<usize>i) << 2)
    const runs = load<u32>(at)
    store<u32>(at, sum)
    sum += runs
  }
  store<u32>(starts + ((<usize>leafCount) << 2), sum)
  return sum
}

/**
 * The leaves of a tile's pixels in the image, and the runs of each leaf. `number`: leaf per region. `next`: where each
 * leaf's next run goes; moved on. `pixel`: index in the image of the tile's first pixel. `leaves`: of the whole image,
 * which is `imageWidth` wide.
 */
export function paintLeaves(
  label: usize,
  width: i32,
  rows: i32,
  pixel: u32,
  imageWidth: i32,
  number: usize,
  next: usize,
  runs: usize,
  leaves: usize,
): void {
  for (let y = 0; y < rows; y++) {
    let p = pixel
    let out = leaves + ((<usize>p) << 2)
    const end = label + ((<usize>width) << 2)
    while (label < end) {
      const region = load<u32>(label)
      const leaf = load<u32>(number + ((<usize>region) << 2))
      let length: u32 = 0
      do {
        store<u32>(out, leaf)
        out += 4
        label += 4
        length++
      } while (label < end && load<u32>(label) === region)
      const at = next + ((<usize>leaf) << 2)
      const run = load<u32>(at)
      store<u32>(at, run + 1)
      store<u64>(runs + ((<usize>run) << 3), ((<u64>length) << 32) | p)
      p += length
    }
    pixel += imageWidth
  }
}
