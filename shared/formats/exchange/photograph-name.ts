const photograph = /\.(jpe?g|webp|tiff?|avif|gif)$/i
/** Folders and endings of names that formats of labels have, and photographs do not. */
const maskFolder =
  /(^|\/)(labels?|masks?|annotations|gt(fine|coarse)?|segmentation(class|object)\w*|panoptic[^/]*|stuff[^/]*)\//i
const maskName = /(_(labelIds|instanceIds|labelTrainIds|mask|label|gt)|label_ground-truth[^/]*)\.png$/i

/** Whether a file among labels is likely a photograph: a guess by its name alone. */
export const isPhotographName = (path: string): boolean =>
  photograph.test(path) || (/\.png$/i.test(path) && !maskFolder.test(path) && !maskName.test(path))
