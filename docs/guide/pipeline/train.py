"""Trains a small pixel classifier on `labeled_data` and logs it to W&B as a model: step 7 of the pipeline.

    python train.py labeled_data:v0 --out scratch

Server, entity, project and key are those of the environment (WANDB_BASE_URL, WANDB_ENTITY, WANDB_PROJECT,
WANDB_API_KEY). Needs wandb, scikit-learn, numpy and Pillow. It is small on purpose: the point is how data gets in and how
a run says what it used and what it made. The run is named after the content that it trains on, so the same data is
trained on once; cut off in the middle, it is the same run that goes on. Prints one line of JSON.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import joblib
import numpy as np
import wandb
from PIL import Image
from sklearn.ensemble import ExtraTreesClassifier

SEED = 7
LONG_SIDE = 320  # images are made so small, in pixels
PIXELS = 6000  # of each image, for training


def read_json(path, name):
    """A file of the artifact, whose format is the one that docs/formats/artifact.md describes."""
    value = json.loads(path.read_text('utf-8'))
    if value.get('format') != name or value.get('format_version') != 1:
        raise SystemExit(f'{path} is no {name} of format 1')
    return value


def read_label(folder, name, size):
    """The category of every pixel, 0 where nobody decided; None for a label that is not finished."""
    said = read_json(folder / 'labels' / f'{name}.json', 'tessera-label')
    if said['status'] not in ('labeled', 'reviewed'):
        return None
    mask = Image.open(folder / 'labels' / f'{name}.png')
    if mask.mode != 'RGBA' or mask.size != (said['width'], said['height']):
        raise SystemExit(f'the mask of {name} is no RGBA image of {said["width"]} x {said["height"]}')
    pixels = np.asarray(mask.resize(size, Image.Resampling.NEAREST)).astype(np.uint32)
    ids = pixels[..., 0] + 256 * pixels[..., 1] + 65536 * pixels[..., 2]
    objects = np.array([0] + [each['id'] for each in said['annotations']], dtype=np.uint32)
    categories = np.array([0] + [each['category_id'] for each in said['annotations']], dtype=np.uint16)
    order = np.argsort(objects)
    found = np.searchsorted(objects, ids, sorter=order)
    return categories[order][found]


def features(image):
    """Of each pixel: its colour, the colours and their spread around it at two sizes, and where it is."""
    pixels = np.asarray(image, dtype=np.float32) / 255
    height, width = pixels.shape[:2]
    layers = [pixels]
    for radius in (2, 6):
        padded = np.pad(pixels, ((radius, radius), (radius, radius), (0, 0)), mode='edge')
        size = 2 * radius + 1
        windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(0, 1))
        layers += [windows.mean((-2, -1)), windows.std((-2, -1))]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    layers.append(np.stack([y / height, x / width], axis=-1))
    return np.concatenate(layers, axis=-1)


def read_samples(folder):
    """Finished samples by name, in that order: {name, x: features, y: categories}."""
    read_json(folder / 'dataset.json', 'tessera-dataset')
    void = {each['id'] for each in categories_of(folder) if each.get('void')}
    samples = []
    for path in sorted((folder / 'labels').rglob('*.json')):
        name = path.relative_to(folder / 'labels').as_posix().removesuffix('.json')
        image = Image.open(folder / 'images' / name).convert('RGB')
        scale = min(1.0, LONG_SIDE / max(image.size))
        size = tuple(max(1, round(side * scale)) for side in image.size)
        y = read_label(folder, name, size)
        if y is None:
            continue
        y[np.isin(y, list(void))] = 0
        samples.append({'name': name, 'x': features(image.resize(size, Image.Resampling.BOX)), 'y': y})
    return samples


def categories_of(folder):
    return read_json(folder / 'ontology.json', 'tessera-ontology')['categories']


def train(samples):
    chosen = np.random.default_rng(SEED)
    parts = []
    for sample in samples:
        labeled = np.flatnonzero(sample['y'])
        parts.append(chosen.choice(labeled, min(PIXELS, len(labeled)), replace=False))
    x = np.concatenate([sample['x'].reshape(-1, sample['x'].shape[-1])[at] for sample, at in zip(samples, parts)])
    y = np.concatenate([sample['y'].reshape(-1)[at] for sample, at in zip(samples, parts)])
    model = ExtraTreesClassifier(n_estimators=24, min_samples_leaf=4, random_state=SEED, n_jobs=1)
    return model.fit(x, y)


def counts(model, sample, size):
    """Pixels of the sample by what they are and what the model says."""
    x = sample['x'].reshape(-1, sample['x'].shape[-1])
    y = sample['y'].reshape(-1)
    labeled = y > 0
    said = model.predict(x[labeled])
    return np.bincount(y[labeled] * size + said, minlength=size * size).reshape(size, size)


def iou(table):
    """Of each category that is there or was said; NaN for the others."""
    both = np.diag(table).astype(float)
    either = table.sum(0) + table.sum(1) - both
    return np.divide(both, either, out=np.full(len(both), np.nan), where=either > 0)


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument('artifact', help='labeled_data:v0, or with its entity and project')
    words.add_argument('--out', default='.', help='the folder for what is downloaded and for the model')
    given = words.parse_args()
    out = Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    place = '/'.join(os.environ[name] for name in ('WANDB_ENTITY', 'WANDB_PROJECT'))
    full = given.artifact if given.artifact.count('/') == 2 else f'{place}/{given.artifact}'

    api = wandb.Api()
    data = api.artifact(full)
    run_id = f'train-{data.digest[:16]}'
    done = finished(api, f'{place}/{run_id}')
    if done is not None:
        print(json.dumps({**done, 'isNew': False}))
        return

    run = wandb.init(job_type='train', id=run_id, resume='allow', name=f'{data.name} pixels', config={'seed': SEED})
    used = run.use_artifact(full)
    folder = Path(used.download(root=str(out / used.name.replace(':', '-'))))
    samples = read_samples(folder)
    if not samples:
        raise SystemExit(f'{full} has no finished label')
    categories = categories_of(folder)
    size = 1 + max(each['id'] for each in categories)

    # Each image is judged by a model that never saw it; a single one, by its own.
    total = np.zeros((size, size), dtype=np.int64)
    by_image = {}
    for sample in samples:
        others = [each for each in samples if each is not sample] or [sample]
        table = counts(train(others), sample, size)
        total += table
        by_image[sample['name']] = round(float(np.nanmean(iou(table))), 4)
    scores = iou(total)
    result = {
        'data': used.name,
        'run': run_id,
        'images': len(samples),
        'mIoU': round(float(np.nanmean(scores)), 4),
        'accuracy': round(float(np.trace(total) / total.sum()), 4),
        'byCategory': {
            each['name']: round(float(scores[each['id']]), 4)
            for each in categories
            if not np.isnan(scores[each['id']])
        },
        'byImage': by_image,
    }

    model_file = out / 'model.joblib'
    joblib.dump(train(samples), model_file)
    report = out / 'report.json'
    report.write_text(json.dumps({**result, 'categories': categories, 'seed': SEED}, sort_keys=True), 'utf-8')
    model = wandb.Artifact('street-pixels', type='model', metadata={'mIoU': result['mIoU'], 'data': used.name})
    model.add_file(str(model_file))
    model.add_file(str(report))
    logged = run.log_artifact(model).wait()
    result['model'] = logged.name
    numbers = {'mIoU': result['mIoU'], 'accuracy': result['accuracy']}
    run.log({**numbers, **{f'IoU/{name}': value for name, value in result['byCategory'].items()}})
    run.summary.update({**numbers, 'result': json.dumps(result, sort_keys=True)})
    run.finish()
    print(json.dumps({**result, 'isNew': True}))


def finished(api, path):
    """What an earlier run on the same data said; None when there is none that came to its end."""
    try:
        run = api.run(path)
    except (ValueError, wandb.errors.CommError):
        return None
    said = run.summary.get('result')
    return json.loads(said) if run.state == 'finished' and said else None


if __name__ == '__main__':
    sys.exit(main())
