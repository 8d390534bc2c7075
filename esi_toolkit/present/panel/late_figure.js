// Starts at once, so that changes are passed on from the beginning; Plotly's own script, which is large, comes
// after it, and is then told of the changes that it missed.
const NAME = "_py2js_update";

async function start(model) {
  const missed = [];
  const keep = () => {
    const change = model.get(NAME);
    if (change) missed.push(change);
  };
  model.on(`change:${NAME}`, keep);
  const address = URL.createObjectURL(new Blob([model.get("_plotly")], { type: "text/javascript" }));
  const plotly = await (await import(address)).default();
  URL.revokeObjectURL(address);
  await plotly.initialize({ model });
  model.off(`change:${NAME}`, keep);
  for (const change of missed) {
    model.set(NAME, change);
    model.set(NAME, null);
  }
  return plotly;
}

export default () => {
  let started;
  return {
    initialize({ model }) {
      started = start(model);
    },
    async render({ el, model }) {
      return (await started).render({ el, model });
    },
  };
};
