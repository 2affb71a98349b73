"""The six policies of the rules benchmark on DuckDB and OpenFisca, on the data that the rules crate wrote.

    python rules_peers.py FOLDER PEER [RUNS]

FOLDER holds persons.csv, households.csv and enrolments.csv (an empty cell is unknown). PEER is duckdb or
openfisca. One line of JSON goes to standard output: what was compared, the median in milliseconds, and per
policy how many people certainly fall under it and for how many it cannot be said.

Both peers start warm, as the engine does: tables or arrays are in memory and enrolments are columns of their
subject. What is timed is the decision about everybody, on one thread.
"""

import json
import sys
import time
from pathlib import Path

LINE = 40_000
TODAY = 16_029  # 2013-11-20, in days since 1970-01-01
MONTH = "2013-11"
PERSON_PROGRAMMES = ["elder-allowance", "employee-pension", "resident-pension", "disability-care", "family-doctor"]
OPEN = {"employee-pension"}  # no record means that nobody knows
POLICIES = ["elder_allowance", "pension_gap", "minimum_living", "disability_care", "family_doctor", "child_support"]


def cutoff(years):
    """The last birthday of those who are at least so old on 2013-11-20."""
    leap_days = sum((2013 - y) % 4 == 0 for y in range(years))
    return TODAY - years * 365 - leap_days


def timed(work, runs):
    took = []
    for _ in range(runs):
        begin = time.perf_counter()
        result = work()
        took.append((time.perf_counter() - begin) * 1e3)
    return took, result


# ---- DuckDB: SQL's own three values ----------------------------------------------------------------------


def duckdb_peer(folder, runs):
    import duckdb

    db = duckdb.connect()
    db.execute("set threads = 1")
    for table in ["persons", "households", "enrolments"]:
        db.execute(f"create table raw_{table} as select * from read_csv('{folder / table}.csv', header = true)")

    def record(programme, kind):
        column = programme.replace("-", "_")
        unknown = "null" if programme in OPEN else "false"
        return (
            f"(case when {column}.subject is null then {unknown} else {column}.in_force end) as {column}",
            f"left join (select subject, in_force from raw_enrolments "
            f"where programme = '{programme}' and subject_kind = '{kind}') {column} on {column}.subject = base.id",
        )

    columns, joins = zip(*(record(p, "person") for p in PERSON_PROGRAMMES))
    db.execute(f"create table persons as select base.*, {', '.join(columns)} from raw_persons base {' '.join(joins)} order by id")
    column, join = record("minimum-living", "household")
    db.execute(f"create table households as select base.*, {column} from raw_households base {join} order by id")

    def age(years):
        day = cutoff(years)
        return f"(case when born_last <= {day} then true when born_first > {day} then false end)"

    def poor(line):
        return (
            f"(case when income < {line} * living_low then true "
            f"when income >= {line} * living_high then false end)"
        )

    sums = ", ".join(
        f"count(*) filter (where {p}) as {p}_yes, count(*) filter (where ({p}) is null) as {p}_unknown" for p in POLICIES
    )
    query = f"""
        with homes as (
            select h.id, h.income, h.minimum_living as enrolled, m.living_low, m.living_high, m.any_resident
            from households h join (
                select household,
                       count(*) filter (where lives_here) as living_low,
                       count(*) filter (where lives_here is not false) as living_high,
                       bool_or(coalesce(lives_here and hukou_here, false))
                           or (case when count(*) filter (where (lives_here and hukou_here) is null) > 0
                                    then null else false end) as any_resident
                from persons group by household) m on m.household = h.id
        ), households_judged as (
            select id, any_resident and {poor(LINE)} and not enrolled as minimum_living, {poor(2 * LINE)} as near_poor,
                   case when living_low = living_high then living_low = 1
                        when living_low > 1 or living_high < 1 then false end as alone
            from homes
        ), judged as (
            select lives_here and hukou_here and {age(80)} and not elder_allowance as elder_allowance,
                   lives_here and hukou_here and {age(16)} and not {age(60)} and not student
                       and not (employee_pension or resident_pension) as pension_gap,
                   h.minimum_living as minimum_living,
                   lives_here and hukou_here and disability_grade in (1, 2) and not disability_care as disability_care,
                   lives_here and {age(65)} and (chronic or h.alone) and not family_doctor as family_doctor,
                   lives_here and hukou_here and not {age(18)} and (h.near_poor or disability_grade <> 5)
                       and employment = 'none' as child_support
            from persons p join households_judged h on h.id = p.household
        )
        select {sums} from judged"""
    query = query.strip()
    db.execute(query).fetchall()
    took, row = timed(lambda: db.execute(query).fetchall()[0], runs)
    totals = {p: {"yes": row[2 * i], "unknown": row[2 * i + 1]} for i, p in enumerate(POLICIES)}
    return f"DuckDB {duckdb.__version__}, one statement with the three values of SQL", took, totals


# ---- OpenFisca: three values in whole numbers, 1 true, 2 false, 0 unknown ---------------------------------


def openfisca_peer(folder, runs):
    from importlib.metadata import version

    import numpy as np
    import pandas as pd
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    person = build_entity("person", "persons", "", is_person=True)
    household = build_entity("household", "households", "", roles=[{"key": "member", "plural": "members"}])
    system = TaxBenefitSystem([person, household])

    def both(*truths):
        out = truths[0]
        for t in truths[1:]:
            out = (out & t & 1) | ((out | t) & 2)
        return out

    def either(a, b):
        return ((a | b) & 1) | (a & b & 2)

    def negate(a):
        return (a >> 1) | ((a & 1) << 1)

    def truth(yes, no):
        return yes.astype(np.int32) | (no.astype(np.int32) << 1)

    def declare(name_, entity_, formula_=None, kind=int):
        body = {"value_type": kind, "entity": entity_, "definition_period": DateUnit.MONTH, "label": name_}
        if formula_:
            body["formula"] = formula_
        system.add_variable(type(name_, (Variable,), body))

    facts = ["lives_here", "hukou_here", "student", "chronic"]
    records = [p.replace("-", "_") + "_record" for p in PERSON_PROGRAMMES]
    for name in [*facts, *records, "grade", "employment", "born_first", "born_last"]:
        declare(name, person)
    declare("income", household)
    declare("minimum_living_record", household)

    def age(years):
        day = cutoff(years)
        return lambda p, t: truth(p("born_last", t) <= day, p("born_first", t) > day)

    for years in [16, 18, 60, 65, 80]:
        declare(f"age_{years}", person, age(years))
    declare("resident", person, lambda p, t: both(p("lives_here", t), p("hukou_here", t)))
    declare("grade_1_2", person, lambda p, t: truth((p("grade", t) == 1) | (p("grade", t) == 2), p("grade", t) > 2))
    declare("grade_not_5", person, lambda p, t: truth((p("grade", t) > 0) & (p("grade", t) != 5), p("grade", t) == 5))
    declare("idle", person, lambda p, t: truth(p("employment", t) == 1, p("employment", t) > 1))
    declare("living_low", household, lambda h, t: h.sum(h.members("lives_here", t) == 1))
    declare("living_high", household, lambda h, t: h.sum(h.members("lives_here", t) != 2))

    def any_resident(h, t):
        member = h.members("resident", t)
        yes = h.any(member == 1)
        return truth(yes, ~yes & ~h.any(member == 0))

    declare("any_resident", household, any_resident)

    def poor(line):
        def formula(h, t):
            income, known = h("income", t), h("income", t) >= 0
            return truth(known & (income < line * h("living_low", t)), known & (income >= line * h("living_high", t)))

        return formula

    def alone(h, t):
        low, high = h("living_low", t), h("living_high", t)
        return truth((low == 1) & (high == 1), (low > 1) | (high < 1))

    declare("poor", household, poor(LINE))
    declare("near_poor", household, poor(2 * LINE))
    declare("alone", household, alone)
    declare("home_minimum", household, lambda h, t: both(h("any_resident", t), h("poor", t), negate(h("minimum_living_record", t))))
    declare("elder_allowance", person, lambda p, t: both(p("resident", t), p("age_80", t), negate(p("elder_allowance_record", t))))
    declare("pension_gap", person, lambda p, t: both(
        p("resident", t), p("age_16", t), negate(p("age_60", t)), negate(p("student", t)),
        negate(either(p("employee_pension_record", t), p("resident_pension_record", t)))))
    declare("minimum_living", person, lambda p, t: p.household("home_minimum", t))
    declare("disability_care", person, lambda p, t: both(p("resident", t), p("grade_1_2", t), negate(p("disability_care_record", t))))
    declare("family_doctor", person, lambda p, t: both(
        p("lives_here", t), p("age_65", t), either(p("chronic", t), p.household("alone", t)), negate(p("family_doctor_record", t))))
    declare("child_support", person, lambda p, t: both(
        p("resident", t), negate(p("age_18", t)), either(p.household("near_poor", t), p("grade_not_5", t)), p("idle", t)))

    people = pd.read_csv(folder / "persons.csv")
    homes = pd.read_csv(folder / "households.csv")
    enrolments = pd.read_csv(folder / "enrolments.csv", dtype={"in_force": object})
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("person", people["id"].to_numpy())
    members = builder.declare_entity("household", homes["id"].to_numpy())
    builder.join_with_persons(members, people["household"].to_numpy(), ["member"] * len(people))
    simulation = builder.build(system)

    def given(name, values):
        simulation.set_input(name, MONTH, np.asarray(values, dtype=np.int32))

    def as_truth(column):
        return column.map({True: 1, False: 2, "true": 1, "false": 2}).fillna(0).astype(np.int32)

    for name in facts:
        given(name, as_truth(people[name]))
    given("grade", people["disability_grade"].fillna(0))
    given("employment", people["employment"].map({"none": 1, "employed": 2, "retired": 3}).fillna(0))
    given("born_first", people["born_first"].fillna(-(2**31)))
    given("born_last", people["born_last"].fillna(2**31 - 1))
    given("income", homes["income"].fillna(-1))

    def record(programme, size):
        out = np.full(size, 0 if programme in OPEN else 2, dtype=np.int32)
        rows = enrolments[enrolments["programme"] == programme]
        out[rows["subject"].to_numpy() - 1] = as_truth(rows["in_force"])
        return out

    for programme in PERSON_PROGRAMMES:
        given(programme.replace("-", "_") + "_record", record(programme, len(people)))
    given("minimum_living_record", record("minimum-living", len(homes)))
    computed = [name for name, variable in system.variables.items() if variable.formulas]

    def decide():
        for name in computed:
            simulation.delete_arrays(name)
        return {name: simulation.calculate(name, MONTH) for name in POLICIES}

    decide()
    took, arrays = timed(decide, runs)
    totals = {p: {"yes": int((a == 1).sum()), "unknown": int((a == 0).sum())} for p, a in arrays.items()}
    label = f"OpenFisca-Core {version('openfisca-core')}, three values emulated in whole numbers, calculation only"
    return label, took, totals


def main():
    folder, peer = Path(sys.argv[1]), sys.argv[2]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    label, took, totals = {"duckdb": duckdb_peer, "openfisca": openfisca_peer}[peer](folder, runs)
    print(json.dumps({"label": label, "median_ms": sorted(took)[runs // 2], "totals": totals}))


main()
