// @ts-check
/* The little that every page shares. Everything works without it. */

document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
    const search = document.getElementById('q');
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
});
