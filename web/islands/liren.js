// @ts-check
/* The little that every page shares. Everything works without it. */

/* A number of the report opens beside the text where there is room for a panel; elsewhere it is a link. */
document.addEventListener('click', (event) => {
  const chip = event.target instanceof Element ? event.target.closest('.paper a.fig') : null;
  const panel = document.getElementById('panel');
  if (!(chip instanceof HTMLAnchorElement) || !panel || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!window.matchMedia('(min-width: 1181px)').matches) return;
  const address = new URL(chip.href);
  if (!address.pathname.startsWith('/figures/')) return;
  event.preventDefault();
  document.querySelectorAll('.paper .fig.on').forEach((other) => other.classList.remove('on'));
  chip.classList.add('on');
  const from = address.pathname.replace('/figures/', '/reports/annual/panel/') + address.search;
  /** @type {any} */ (window).htmx.ajax('GET', from, { target: '#panel', swap: 'innerHTML' });
});

document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
    const search = document.getElementById('q-top') ?? document.getElementById('q');
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
});

/* A number chosen beside a text goes into it where the cursor stands. */
document.addEventListener('click', (event) => {
  const chip = event.target instanceof Element ? event.target.closest('[data-insert]') : null;
  if (!(chip instanceof HTMLElement)) return;
  const text = document.getElementById(chip.dataset.into ?? '');
  if (!(text instanceof HTMLTextAreaElement)) return;
  text.setRangeText(`{{${chip.dataset.insert}}}`, text.selectionStart, text.selectionEnd, 'end');
  text.focus();
});

/* A page that is made for paper has a button for it. */
for (const button of document.querySelectorAll('[data-print]')) {
  if (!(button instanceof HTMLElement)) continue;
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

/* Signed in again in the middle of a form: back to it without another press. */
const resume = document.querySelector('form[data-resume]');
if (resume instanceof HTMLFormElement) resume.submit();

/* What is wrong is read first. */
document.getElementById('errors')?.focus();
