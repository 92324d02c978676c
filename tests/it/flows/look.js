// The control that is to be used, and what has the focus now: whether that is it, whether it lies
// behind, and what is wrong with the stop itself: no ring, or out of sight.
(selector, says) => {
  const it = document.activeElement;
  const isHit = (one) => one.matches(selector) && (one.matches('option') || one.checkVisibility())
    && one.textContent.replace(/\s+/g, ' ').includes(says);
  const hits = [...document.querySelectorAll(selector)].filter(isHit);
  const isPage = it === document.body || it.id === 'main';
  const rings = (one) => {
    const style = one && getComputedStyle(one);
    return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  // A field with its label inside has the ring around both, a receipt around all of it; a hidden
  // field lends it to its label.
  const hasRing = rings(it) || rings(it.closest('.fld, .receipt')) || rings(it.labels?.[0]);
  const at = it.getBoundingClientRect();
  const isSeen = at.width > 0 && at.bottom > 0 && at.top < innerHeight;
  const wrong = isPage || (hasRing && isSeen) ? null : hasRing ? 'out of sight' : 'no ring';
  return {
    isHere: isHit(it),
    first: hits[0] ?? null,
    isButton: it.tagName === 'BUTTON',
    isBehind: it !== document.body && hits.length > 0
      && hits.every((one) => one.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING),
    hasWayPast: !!document.querySelector('.nav') && !!hits[0]?.closest('main'),
    wrong: wrong && `${wrong}: ${it.outerHTML.slice(0, 200)}`,
  };
}
