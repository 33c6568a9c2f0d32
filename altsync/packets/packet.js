'use strict';
// One page of a packet: keeps what is chosen in this browser, as far as it can, and saves
// it to a file. Nothing is sent anywhere.
(function () {
  const about = JSON.parse(document.getElementById('packet-lines').textContent);
  const key = 'altsync packet ' + about.packet;
  const by = document.getElementById('by');
  const progress = document.getElementById('progress');
  const said = document.getElementById('said');
  const kept = document.getElementById('kept');
  const sets = Array.from(document.querySelectorAll('fieldset[data-line]'));
  const times = {};
  let unsaved = false;
  let keeps = true;

  function partsOf(set) {
    return {
      verdict: set.querySelector('input:checked').value,
      text: set.querySelector('textarea[data-part=text]').value,
      note: set.querySelector('textarea[data-part=note]').value,
    };
  }

  function put(set, parts) {
    const radio = Array.from(set.querySelectorAll('input')).find(function (one) {
      return one.value === parts.verdict;
    });
    if (radio) {
      radio.checked = true;
    }
    set.querySelector('textarea[data-part=text]').value = parts.text || '';
    set.querySelector('textarea[data-part=note]').value = parts.note || '';
  }

  function judged() {
    return sets.filter(function (set) {
      return partsOf(set).verdict;
    });
  }

  function tell() {
    const told = judged().length + ' of ' + sets.length + ' judged.';
    if (progress.textContent !== told) {  // else a screen reader says it at each letter
      progress.textContent = told;
    }
  }

  // What the browser has, maybe from another tab of this page: each line as it was changed
  // last. `here`: what is being filled in on this one, which stays.
  function merge(here) {
    let found = null;
    try {
      found = JSON.parse(localStorage.getItem(key));
    } catch (error) {
      keeps = keeps && error instanceof SyntaxError;
    }
    if (!found || !found.lines) {
      return;
    }
    if (here !== by && typeof found.by === 'string') {
      by.value = found.by || by.value;
    }
    sets.forEach(function (set) {
      const parts = found.lines[set.dataset.line];
      if (set !== here && parts && parts.at > (times[set.dataset.line] || '')) {
        put(set, parts);
        times[set.dataset.line] = parts.at;
      }
    });
  }

  function keep(here) {
    merge(here);
    const lines = {};
    sets.forEach(function (set) {
      const parts = partsOf(set);
      parts.at = times[set.dataset.line];
      lines[set.dataset.line] = parts;
    });
    try {
      localStorage.setItem(key, JSON.stringify({by: by.value, lines: lines}));
    } catch (error) {
      keeps = false;
      tellKept();
    }
  }

  function tellKept() {
    kept.textContent = keeps
      ? 'This browser keeps your verdicts when you close the page. Save them at the end.'
      : 'This browser does not keep your verdicts: save them before you close the page.';
  }

  function restore() {
    merge(null);
    if (judged().length) {
      unsaved = true;
      said.textContent = 'Your verdicts of last time are here.';
    }
  }

  function changed(event) {
    const set = event.target.closest('fieldset[data-line]');
    if (set) {
      if (event.target.dataset.part === 'text' && event.target.value.trim()) {
        put(set, Object.assign(partsOf(set), {verdict: 'own text'}));
      }
      times[set.dataset.line] = new Date().toISOString();
    }
    unsaved = true;
    keep(set || event.target);
    tell();
  }

  function wrongWith(set) {
    const parts = partsOf(set);
    const text = parts.text.trim();
    if (parts.verdict === 'own text' && !text) {
      return 'has no text of yours: write one, or choose another verdict';
    }
    if (Array.from(text).length > about.longest) {
      return 'has a text of ' + Array.from(text).length + ' characters: the site takes ' + about.longest;
    }
    if (Array.from(parts.note.trim()).length > about.longest_note) {
      return 'has a note of more than ' + about.longest_note + ' characters: shorten it';
    }
    if (text && parts.verdict !== 'own text') {
      return 'has a text of yours and another verdict: choose “My own text”, or empty it';
    }
    if (parts.verdict === 'unsure' && !parts.note.trim()) {
      return 'says that you are unsure: write a note, so that a colleague knows of what';
    }
    if (parts.note.trim() && !parts.verdict) {
      return 'has a note and no verdict: choose one';
    }
    return '';
  }

  function refuse(sentence, element) {
    said.textContent = 'Nothing was saved. ' + sentence;
    element.focus();
  }

  function save() {
    if (!by.value.trim()) {
      refuse('Say who judges.', by);
      return;
    }
    for (const set of sets) {
      const wrong = wrongWith(set);
      if (wrong) {
        const legend = set.querySelector('legend').textContent;
        refuse(legend + ' ' + wrong + '.', set.querySelector('input:checked'));
        return;
      }
    }
    const lines = judged().map(function (set) {
      const parts = partsOf(set);
      return Object.assign({}, about.lines[set.dataset.line], {
        'verdict': parts.verdict,
        'your text': parts.text,
        'note': parts.note,
        'judged by': by.value.trim(),
        'checked at': times[set.dataset.line] || '',
      });
    });
    download(lines);
  }

  function download(lines) {
    const text = JSON.stringify(
      {format: about.format, packet: about.packet, saved: new Date().toISOString(), verdicts: lines},
      null,
      1
    );
    const link = document.createElement('a');
    const name = by.value.trim().replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 40);
    link.href = URL.createObjectURL(new Blob([text], {type: 'application/json'}));
    link.download = 'verdicts-' + about.packet + '-' + name + '.json';
    link.click();
    setTimeout(function () {
      URL.revokeObjectURL(link.href);
    }, 60000);
    unsaved = false;
    const verdicts = lines.length === 1 ? '1 verdict' : lines.length + ' verdicts';
    said.textContent = 'Saved ' + verdicts + ' as ' + link.download + '. Send that file back.';
  }

  function next() {
    const here = sets.findIndex(function (set) {
      return set.contains(document.activeElement);
    });
    const order = sets.slice(here + 1).concat(sets.slice(0, here + 1));
    const open = order.find(function (set) {
      return !partsOf(set).verdict;
    });
    if (open) {
      const radio = open.querySelector('input:checked');
      radio.focus({preventScroll: true});
      open.closest('article').scrollIntoView();  // with its picture, as far as there is room
      radio.scrollIntoView({block: 'nearest'});
    } else {
      said.textContent = 'Every line is judged. Save your verdicts.';
    }
  }

  document.getElementById('save').addEventListener('click', save);
  document.querySelectorAll('[data-next]').forEach(function (button) {
    button.addEventListener('click', next);
  });
  document.addEventListener('input', changed);
  window.addEventListener('storage', function () {
    merge(document.activeElement && document.activeElement.closest('fieldset[data-line]'));
    tell();
  });
  window.addEventListener('beforeunload', function (event) {
    if (unsaved && !keeps) {
      event.preventDefault();
    }
  });
  restore();
  tellKept();
  tell();
  document.documentElement.classList.add('works');
}());
