"""Templates that show each feature of Jinja, and random mixtures of them, with their renderings.

  tokenizers_jinja_cases.py COUNT  prints {"variables", "cases": [{"template", "text" or "error",
                                   "raised", "generations"}]}, COUNT of them random, as JSON
"""

import copy
import json
import random
import sys

from tokenizers_jinja import render

VARIABLES = {
    "a": 1, "b": -7, "c": 2.5, "z": 0, "n": None, "yes": True, "no": False,
    "s": "Hello, World", "t": "  spaced out \n", "u": "Straße ΑΣ é 😀",
    "q": "it's \"q\" \\ \n\t<&>", "l": [3, 1, 2], "ls": ["b", "A", "c", "B"],
    "nest": [[1, 2], [3, 4]], "e": [], "ed": {},
    "d": {"k": "v", "items": "I", "x": {"y": [1, 2, {"q": "w"}]}},
    "m": [{"role": "user", "content": "hi", "n": 2}, {"role": "Assistant", "content": "yo", "n": 1},
          {"role": "tool", "content": None}],
    "msgs": [{"role": "system", "content": "S"}, {"role": "user", "content": "U1"},
             {"role": "assistant", "content": "A1"}, {"role": "user", "content": "U2"}],
}

# One expression a line.
EXPRESSIONS = r'''
a+b
a-b
a*b
a/2
b//2
b%3
b//-2
b%-3
2**10
2**-1
c*2
c//1
b%c
-b
+a
-a**2
2**3**2
a+c
"x"*3
3*"x"
l+l
l*2
"a"+"b"
a~b~c~n~yes~l
s~d
1==1.0
1==true
"a"=="a"
n==none
l==[3,1,2]
d=={"k":"v"}
1<2<3
1<3<2
3>2>=2
"a"<"b"
[1,2]<[1,3]
1 in l
5 not in l
"ell" in s
"k" in d
"zz" in d
not a
not z
a and b
z and b
z or b
n or "x"
e or "empty"
a if yes else b
a if no else b
a if no
(a if no) is defined
s if s is defined else "none"
[1,2,3][0]
l[-1]
l[5]
l[1:]
l[:-1]
l[::-1]
l[::2]
s[1:4]
s[::-1]
s[-3:]
s[100:]
l[1:100]
(1,2,3)[1:]
d.k
d["k"]
d["items"]
d.missing
d["missing"]
d.x.y[2].q
d.x.y.2.q
d.x["y"][0]
d.missing.more
missing
missing.foo
missing+1
missing~"x"
n.foo
a.foo
s.foo
s.0
s[0]
s["upper"]()
s.upper()
s.lower()
s.title()
u.title()
u.upper()
u.lower()
s.capitalize()
u.swapcase()
t.strip()
t.lstrip()
t.rstrip()
"xxaxx".strip("x")
"abcba".lstrip("ab")
"abcba".rstrip("ab")
s.split()
s.split(",")
s.split(", ")
s.split("l",1)
s.rsplit("l",1)
t.split(" ")
t.split()
t.rsplit(None,1)
t.split(None,1)
"".split()
"".split(",")
"a,b,,c".split(",")
"a\nb\r\nc".splitlines()
"a\nb\n".splitlines(true)
s.partition(",")
s.rpartition("l")
s.partition("z")
s.startswith("He")
s.endswith("ld")
s.startswith(("x","He"))
s.startswith("lo",3)
s.replace("l","L")
s.replace("l","L",1)
"abc".replace("","-")
s.find("l")
s.find("z")
s.rfind("l")
s.index("o")
s.index("zz")
s.count("l")
"-".join(ls)
"-".join(l)
", ".join(["x"])
"42".zfill(5)
"-42".zfill(5)
"a".center(5)
"ab".center(5,"*")
"a".center(4)
"a".ljust(3,".")
"a".rjust(3)
"abc".isalpha()
"12".isdigit()
"1a".isalnum()
"a".islower()
"A".isupper()
" ".isspace()
"½".isnumeric()
"²".isdigit()
"abc".removeprefix("a")
"abc".removesuffix("bc")
"{} {}".format(1,2)
"{0}{1}{0}".format("a","b")
"{x}-{y}".format(x=1,y="z")
"{:>5}
{:<5}
{:^5}".format(1,2,3)
"{:.2f}".format(3.14159)
"{:05d}".format(42)
"{:,}".format(1234567)
"{!r}".format("x")
"{:x} {:#x} {:b} {:o}".format(255,255,5,8)
"{:e}".format(12345.678)
"{:g} {:g} {:g}".format(0.0001,123456789.0,1.5)
"{:%}".format(0.25)
"{:.1f}".format(0.25)
"{:.0f} {:.0f}".format(0.5,1.5)
"{a[k]}".format(a=d)
"{{}}".format()
"{:+d}".format(5)
"{:10.3f}
".format(2.71828)
"{}".format(1.0)
"{:s}".format("q")
"{}".format(n)
"%s %d %r"%("a",5,"b")
"%s"%s
"%5.2f
%-5s
%05d"%(3.14159,"a",42)
"%%"
"%(k)s"%d
"%x"%255
"%s %s"%(1,)
"%s"%l
"%d"%2.7
l|sort
ls|sort
ls|sort(case_sensitive=true)
l|sort(reverse=true)
m|sort(attribute="role")|map(attribute="role")|list
m|map(attribute="n")|list
m|map(attribute="n",default=9)|list
m|selectattr("n")|list
m|selectattr("n","defined")|map(attribute="n")|list
m|selectattr("role","equalto","user")|list|length
m|rejectattr("role","eq","user")|map(attribute="role")|join(",")
l|select("odd")|list
l|reject("gt",1)|list
l|select|list
ls|map("upper")|list
ls|map("replace","b","x")|join
l|map("string")|join("+")
l|first
l|last
e|first
e|last
l|max
l|min
ls|max
l|sum
m|sum(attribute="n")
m[:2]|sum(attribute="n")
l|reverse|list
s|reverse
l|length
s|length
d|length
n|length
a|length
e|length
s|upper
s|lower
s|title
u|title
"foo-bar (baz) [qux]"|title
s|capitalize
t|trim
"xxaxx"|trim("x")
s|replace("l","L")
s|replace("l","L",1)
l|join
l|join(", ")
m|join(",",attribute="role")
missing|default("D")
n|default("D")
n|default("D",true)
z|d("x",boolean=true)
s|default("x")
d|items|list
d|dictsort
{"b":1,"A":2}|dictsort
{"b":1,"A":2}|dictsort(true)
{"b":1,"A":2}|dictsort(by="value")
{"b":1,"A":2}|dictsort(false,"value",true)
ls|unique|list
ls|unique(true)|list
[1,1.0,true,2]|unique|list
"3.7"|int
"x"|int
"x"|int(5)
"0x1f"|int(base=16)
" 12 "|int
"1_0"|int
3.9|int
-3.9|int
yes|int
"2.5"|float
"x"|float
5|float
b|abs
-2.5|abs
2.5|round
3.5|round
2.567|round(2)
2.567|round(1,"ceil")
2.567|round(1,"floor")
42|round
1234|round(-2)
0.125|round(2)
1e20|round
s|list
s|string
a|string
l|string
q|tojson
d|tojson
d|tojson(indent=2)
l|tojson(indent=4)
m|tojson
u|tojson
u|tojson(ensure_ascii=true)
c|tojson
1.0|tojson
n|tojson
{"b":1,"a":[]}|tojson(sort_keys=true)
{"b":1,"a":[]}|tojson(indent=1)
{1:2,none:3,true:4}|tojson
{"a":1}|tojson(separators=(",",":"))
e|tojson(indent=2)
(1,2)|tojson
missing|tojson
l|map("string")|tojson
range(3)|tojson
q
e
q|escape
q|safe
(q|safe)+"<"
"<"+(q|safe)
(q|safe)~"<"
(q|e)
(q|e)|forceescape
q|forceescape
"a\nb\n\nc"|indent
"a\nb\n\nc"|indent(2)
"a\nb\n\nc"|indent(2,true)
"a\nb\n\nc"|indent(2,true,true)
"a\nb"|indent("> ")
"one two three four"|truncate(11)
"one two three four"|truncate(11,true)
"one two three four"|truncate(11,false,"..",0)
"a"|center(5)
"one two_3 four-five"|wordcount
[1,2,3,4,5]|batch(2)|list
[1,2,3]|batch(2,0)|list
"%s-%s"|format("a",1)
d|attr("k")
d|list
d.keys()|list
d.values()|list
d.items()
d.keys()
d.items()|list
d.get("k")
d.get("zz")
d.get("zz",5)
l.index(1)
l.count(3)
l.append(1)
d.update({})
d.pop("k")
ls|map("lower")|unique|list
range(5)|list
range(1,10,3)|list
range(5,0,-2)|list
range(3)
range(0)
range(2,8)[1]
range(10)[2:4]|list
range(3)|length
dict(a=1,b=2)
dict([("x",1)])
dict(d,k=3)
namespace(a=1).a
namespace(a=1).b
namespace(a=1)
[1,"a",none,true,1.5,[],{},(),(1,)]
{"a":[1,{"b":none}]}
"tab\there"
["it's",'say "x"',"both'\"","\n\\"]
["é","😀","\x00","\u200b"]
1e16
1e15
123456789012345678.0
1e-5
0.0001
1.5e300
100000000000000000000.0
0.1+0.2
1/3
10/2
7//2.0
1_000
0x1F
0b101
0o17
1e3
"\u00e9\x41\101"
'a\'b'
"a" "b"
"\q\é"
true
True
none
None
false
q|e
(q|e)|e
z|d('x',boolean=true)
d|attr('k')
a is defined
missing is defined
missing is undefined
n is none
a is none
yes is true
a is true
no is false
yes is boolean
a is boolean
a is integer
yes is integer
c is float
a is number
yes is number
s is number
s is string
l is string
d is mapping
l is mapping
l is iterable
a is iterable
s is iterable
d is iterable
l is sequence
d is sequence
s is sequence
a is sequence
missing is iterable
missing is sequence
a is odd
b is odd
z is even
9 is divisibleby 3
9 is divisibleby(2)
a is eq 1
a is equalto(1)
a is ne 2
a is lt 2
a is gt 2
a is ge 1
a is le 0
a is in l
a is not in l
s is in ["x"]
"x" is in "xyz"
s is lower
"abc" is lower
"ABC" is upper
range is callable
a is callable
"upper" is filter
"nope" is filter
"odd" is test
a is sameas 1
n is sameas none
a is not none
a is not none and b is not none
not a is none
l is not string and l is iterable
(q
e) is escaped
d.items() is iterable
d.items() is sequence
l
map("upper") is iterable
s is foo
a is 5
'''

# Whole templates, with "---" between them.
TEMPLATES = r'''
{% for x in l %}{{ x }},{% endfor %}
---
{% for x in e %}a{% else %}none{% endfor %}
---
{% for x in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.cycle("a","b") }}{{ loop.changed(x) }}{{ loop.depth }};{% endfor %}
---
{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}
---
{% for k in d %}{{ k }}{% endfor %}
---
{% for (a, b) in nest %}{{ a }}{{ b }}{% endfor %}
---
{% for a, b, c in nest %}{{ a }}{% endfor %}
---
{% for x in l if x > 1 %}{{ loop.index }}/{{ loop.length }}:{{ x }} {% endfor %}
---
{% for x in l %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}
---
{% for x in l %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% else %}E{% endfor %}
---
{% set x = 1 %}{% for i in l %}{% set x = x + i %}{{ x }},{% endfor %}{{ x }}
---
{% set ns = namespace(x=1, f=false) %}{% for i in l %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}{{ ns.f }}{{ ns.y }}
---
{% set ns = namespace(found=false) %}{% for i in l if not ns.found %}{{ i }}{% set ns.found = true %}{% endfor %}
---
{% set ns = namespace(n=0) %}{% for i in [1,2,3,4] if ns.n < 2 %}{{ i }}{{ loop.last }}{% set ns.n = ns.n + 1 %}{% endfor %}
---
{% for i in [1,2] %}{% if i == 2 %}[{{ y }}]{% endif %}{% set y = i %}{% endfor %}{{ y }}
---
{% if a %}A{% elif b %}B{% else %}C{% endif %}
---
{% if z %}A{% elif n %}B{% else %}C{% endif %}
---
{% if a %}{% set inner = 5 %}{% endif %}{{ inner }}
---
{% set a, b = 1, 2 %}{{ a }}{{ b }}
---
{% set x %}block {{ a }}{% endset %}{{ x }}!
---
{% set x | upper | trim %}  block {{ a }} {% endset %}{{ x }}!
---
{% set a %}{% set k = 3 %}{% endset %}{{ k }}
---
{% with a = 5, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}
---
{% with %}{% set q = 1 %}{{ q }}{% endwith %}
---
{% macro f(x, y=2, z=x) %}[{{ x }},{{ y }},{{ z }}]{% endmacro %}{{ f(1) }}{{ f(1, 3) }}{{ f(x=4, z=1) }}{{ f() }}
---
{% macro f(x) %}{{ x }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, 3, k=4) }}
---
{% macro f(x) %}{{ x }}{% endmacro %}{{ f(1, 2) }}
---
{% macro f(x) %}{{ x }}{% endmacro %}{{ f(1, k=2) }}
---
{% macro f(n) %}{% if n > 0 %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(5) }}
---
{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}G{% endmacro %}{{ f() }}
---
{% macro f() %}{{ later }}{% endmacro %}{% set later = 3 %}{{ f() }}
---
{% macro f() %}<{{ caller() }}>{% endmacro %}{% call f() %}body {{ a }}{% endcall %}
---
{% macro f() %}<{{ caller(1, 2) }}>{% endmacro %}{% call(x, y) f() %}{{ x }}{{ y }}{% endcall %}
---
{% macro f() %}x{% endmacro %}{% call f() %}body{% endcall %}
---
{% filter upper %}abc {{ s }}{% endfilter %}
---
{% filter replace("l", "L") | trim %}  abc {{ s }} {% endfilter %}
---
{% raw %}{{ not }} {% if %}{% endraw %} x
---
{%- raw -%}  {{ not }}  {%- endraw -%}  x
---
a {# comment #} b {#- c -#} d
---
a
{# comment #}
b
   {# c #}
d
---
  {% if a %}
    x
  {% endif %}
  y
---
  {%- if a -%}
    x
  {%- endif -%}
  y
---
  {%+ if a %}
    x
  {%+ endif +%}
  y
---
line {% if a %} inline {% endif %} end
   {{ a }}
   {{- b }}
   {{ b -}}
   z
---
{% if a %}

two{% endif %}


three
---
{% for i in [1,2] %}
  {{ i }}
{% endfor %}
end
---
{% generation %}abc{% endgeneration %}def{% for i in l %}{% generation %}{{ i }}é{% endgeneration %}|{% endfor %}
---
x😀{% macro f() %}{% generation %}abc{% endgeneration %}{% endmacro %}{{ f() }}y{% generation %}{% set k = 1 %}q{% endgeneration %}{{ k }}
---
{{ raise_exception("No way: " ~ a) }}
---
{% if no %}{{ raise_exception("x") }}{% endif %}fine
---
{% for m in msgs %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate') }}{% endif %}{% endfor %}
---
{% include "x" %}
---
{% import "x" as y %}
---
{% foo %}
---
{% if a %}
---
{% endif %}
---
{{ a
---
{% if a }}
---
{{ a b }}
---
{{ (1, 2 }}
---
{{ [1, 2 }}
---
{{ "abc }}
---
{{ a ! b }}
---
{# unclosed
---
{% raw %} unclosed
---
{{ {"a": {"b": 1}}}}
---
{{ {"a": {"b": 1}}.a.b }}
---
{{ -1 }}{{-1}}{{+1}}
---
{% set x = {"a": 1} %}{{ x.a }}{% set x.b = 2 %}
---
{% set _ = l.append(4) %}{{ l }}
---
{% for x in l recursive %}{{ x }}{% endfor %}
---
{% for x in [[1,[2]],[3]] recursive %}({% if x is iterable %}{{ loop(x) }}{% else %}{{ x }}{{ loop.depth }}{% endif %}){% endfor %}
---
{% set j = joiner("; ") %}{% for x in l %}{{ j() }}{{ x }}{% endfor %}
---
{% set c = cycler("a","b") %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.next() }}
---
{% set x = l | map("string") %}{% if x %}T{% endif %}{{ x | join }}{{ x | join }}
---
{% set x = m | selectattr("role", "equalto", "nobody") %}{% if x %}T{% else %}F{% endif %}{{ x | list }}
---
{% set x = m | selectattr("role", "equalto", "nobody") | list %}{% if x %}T{% else %}F{% endif %}
---
{{ m | selectattr("n") | length }}
---
{% for m in msgs[::-1] %}{{ m.role }}{% endfor %}
---
{% if msgs[0]["role"] == "system" %}{% set sys = msgs[0].content %}{% set loop_messages = msgs[1:] %}{% else %}{% set loop_messages = msgs %}{% endif %}{% for m in loop_messages %}{{ m.content.strip() + "|" }}{% endfor %}{{ sys }}
---
{% print a, b %}
---
{% set ns = namespace() %}{% set ns._x = 1 %}
---
{% set loop = 5 %}{{ loop }}{% for x in l %}{{ loop.index }}{% endfor %}{{ loop }}
---
{% for x in l %}{% for y in l %}{{ loop.index }}{% endfor %}{{ loop.index }} {% endfor %}
---
{% for x in l %}{% set outer = loop %}{% for y in ["a"] %}{{ outer.index }}{{ loop.index }}{% endfor %}{% endfor %}
---
{{ "a" if a == 1 else "b" if a == 2 else "c" }}
---
{{ s | upper | lower | length + 1 }}
---
{{ (s | length) + 1 }} {{ a + l | length }} {{ a ~ l | length }}
---
{{ not a in l }} {{ not (a in l) }}
---
{{ a if a is defined and a is not none else "x" }}
---
{{- a -}}   
   tail   
---
{{ 1 if 2 is string else 3 }}
---
{{ range(200000) }}
---
{{ x.y.z }}
---
{{ none + 1 }}
---
{{ {}.a.b }}
---
{{ 5 / 0 }}
---
{% for i in 5 %}{% endfor %}
---
{{ foo() }}
---
{{ "x"() }}
---
{{ l | nofilter }}
---
{% if no %}{{ l | nofilter }}{% endif %}ok
---
{{ s[1,2] }}
---
{{ l[a] }}{{ l["0"] }}{{ l[1.0] }}{{ d[l] }}
---
{% set x = namespace(a={"b": 1}) %}{{ x.a.b }}{{ x["a"] }}
---
{{ "abc"[1] }}{{ "abc"[-1] }}{{ "abc"[9] }}
---
{{ d | map("upper") | list }}{{ s | map("upper") | join("-") }}
---
{%- for message in msgs -%}
    {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}
{%- endfor -%}
{%- if yes %}
    {{- '<|im_start|>assistant\n' }}
{%- endif %}
'''

# Those that make generators make lists here: a generator prints its address.
FILTERS = """abs capitalize count default escape first float int items|list join last length list lower
map('upper')|list max min reject('odd')|list replace('a','b') reverse|list round safe select|list
selectattr('n')|list sort string sum title tojson trim unique|list upper tojson(indent=2) dictsort
batch(2)|list default('x',true) map(attribute='role')|list join(',') wordcount center(9)
truncate(9)""".split()
OPERATORS = "+ - * / // % ~ == != < > <= >= and or in".split() + ["not in"]
TESTS = """defined undefined none string mapping iterable sequence number integer boolean true odd even
lower upper callable float""".split()
METHODS = """upper() lower() strip() split() title() get('k') items() keys() values() split(',')
replace('l','L') startswith('H') join(ls) find('o') format(1) index(1) count('l') rstrip('d')
""".split()


def mixture(random, depth):
    """A random expression of the features above; most are errors, in Python as here."""
    def inner():
        if depth == 0 or random.random() < 0.2:
            names = list(VARIABLES) + ["missing", "'x,y'", "2", "-1.5", "[1,'a']", "{'k':1}", "(1,)"]
            return random.choice(names)
        return mixture(random, depth - 1)

    kind = random.randrange(9)
    if kind < 2:
        return f"({inner()} {random.choice(OPERATORS)} {inner()})"
    if kind < 5:
        return f"({inner()}|{random.choice(FILTERS)})"
    if kind == 5:
        return f"({inner()} is {random.choice(['', 'not '])}{random.choice(TESTS)})"
    if kind == 6:
        return f"({inner()} if {inner()} else {inner()})"
    if kind == 7:
        return f"({inner()}).{random.choice(METHODS)}"
    first, last = random.choice(["", "1", "-2"]), random.choice(["", "2", "-1"])
    # Only names are sliced: Jinja is more lenient with slices of constants, which it folds.
    name = random.choice(list(VARIABLES))
    return random.choice([
        f"{name}[{first}:{last}]", f"({inner()})[{inner()}]", f"[{inner()}, {inner()}]",
        f"not {inner()}", f"{name}[::-1]"])


def cases(count):
    for line in EXPRESSIONS.strip().split("\n"):
        yield "{{ " + line + " }}"
    yield from TEMPLATES.split("\n---\n")
    yield from ["a\r\nb\rc\r\n", "a\n\n", "\n{% if true %}\nx\n{% endif %}\n"]
    generator = random.Random(7)
    for _ in range(count):
        yield "{{ " + mixture(generator, generator.randrange(4)) + " }}"


def main():
    answers = []
    for template in cases(int(sys.argv[1])):
        # A copy for each: the filter `indent` of Jinja changes a list that it is given.
        case = {"template": template, "variables": copy.deepcopy(VARIABLES)}
        answer = {"template": template, **render(case)}
        # What prints an address, or differs from run to run, says nothing.
        if " at 0x" not in answer.get("text", "") and "<" not in answer.get("text", "").replace(
                "<&>", "") or "{%" in template:
            answers.append(answer)
    json.dump({"variables": VARIABLES, "cases": answers}, sys.stdout)


if __name__ == "__main__":
    main()
