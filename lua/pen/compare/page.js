// Sliders: in each example two of its pictures lie on each other, the upper one cut at the slider. The address after #
// names a view: #example-2/naive/ours/35 is example 2, naive on the left, ours on the right, the line at 35 percent.
document.documentElement.classList.add('js');

const viewers = new Map();

function setUp(article) {
  const stage = article.querySelector('.stage'), range = stage.querySelector('input');
  const view = {left: '', right: '', at: 50};
  const layers = new Map([...stage.querySelectorAll('.layer')].map(layer => [layer.dataset.kind, layer]));
  const name = kind => layers.get(kind).dataset.label;

  function show() {
    for (const [kind, layer] of layers) {
      layer.classList.toggle('on', kind === view.left || kind === view.right);
      layer.classList.toggle('over', kind === view.right && view.left !== view.right);
    }
    stage.style.setProperty('--at', view.at + '%');
    range.value = view.at;
    range.setAttribute('aria-valuetext', `${Math.round(view.at)} % ${name(view.left)}, then ${name(view.right)}`);
    for (const side of ['left', 'right']) {
      stage.querySelector('.tag.' + side).textContent = name(view[side]);
      for (const choice of article.querySelectorAll(`fieldset[data-side=${side}] input`))
        choice.checked = choice.value === view[side];
    }
  }

  function change(next) {
    for (const side of ['left', 'right']) if (layers.has(next[side])) view[side] = next[side];
    if (next.at >= 0 && next.at <= 100) view.at = next.at;
    show();
  }

  function remember() {
    history.replaceState(null, '', `#${article.id}/${view.left}/${view.right}/${Math.round(view.at)}`);
  }

  range.addEventListener('input', () => change({at: Number(range.value)}));
  range.addEventListener('change', remember);
  for (const side of article.querySelectorAll('fieldset')) side.addEventListener('change', event => {
    change({[side.dataset.side]: event.target.value});
    remember();
  });
  article.querySelector('.zoom').addEventListener('change', event => zoom(event.target.checked));

  // The line stays over the same place of the picture.
  function zoom(on) {
    const scale = parseFloat(stage.style.getPropertyValue('--zoom'));
    const shift = parseFloat(stage.style.getPropertyValue('--shift-x'));
    if (on !== stage.classList.contains('zoomed')) {
      const at = on ? view.at * scale + shift : (view.at - shift) / scale;
      change({at: Math.min(100, Math.max(0, at))});
    }
    stage.classList.toggle('zoomed', on);
    article.querySelector('.zoom').checked = on;
  }

  change({left: stage.dataset.left, right: stage.dataset.right, at: Number(stage.dataset.at)});
  viewers.set(article.id, {article, change, zoom});
}

// Sets up the view that the address names.
function follow() {
  const [id, left, right, at] = decodeURIComponent(location.hash.slice(1)).split('/');
  const viewer = viewers.get(id);
  if (!viewer) return;
  viewer.change({left, right, at: at === undefined ? -1 : Number(at)});
  viewer.article.scrollIntoView({behavior: 'instant'});
}

document.querySelectorAll('.example').forEach(setUp);
const everywhere = document.querySelector('.everywhere');
for (const side of everywhere.querySelectorAll('fieldset')) side.addEventListener('change', event => {
  for (const viewer of viewers.values()) viewer.change({[side.dataset.side]: event.target.value});
});
everywhere.querySelector('.zoom').addEventListener('change', event => {
  for (const viewer of viewers.values()) viewer.zoom(event.target.checked);
});
addEventListener('hashchange', follow);
follow();
