"""A roster of many rows and seventeen columns, and what pandas needs merely to read it.

    python roster_peers.py make FILE [ROWS]     writes the workbook (the same every time)
    python roster_peers.py openpyxl FILE        reads it with pandas on openpyxl
    python roster_peers.py calamine FILE        reads it with pandas on python-calamine

Reading prints one line of JSON: the label, the seconds, and the rows and columns that were read.
"""

import json
import sys
import time

HEADERS = ["序号", "住址", "姓名", "与户主关系", "性别", "出生日期", "身份证号", "民族", "文化程度", "政治面貌",
           "婚姻状况", "人员类别", "户籍地址", "联系电话", "职业", "养老保险", "备注"]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文"
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


def check_character(first):
    return "10X98765432"[sum(int(c) * w for c, w in zip(first, WEIGHTS)) % 11]


def row(n):
    """Households of three in a fictional region; every fiftieth number has a wrong check character."""
    household, member = n // 3, n % 3
    year, month, day = 1940 + n % 70, 1 + n % 12, 1 + n % 28
    first = f"{990101 + n // 7 % 90}{year}{month:02}{day:02}{n // 840 % 500 * 2 + (member != 1):03}"
    check = check_character(first)
    if n % 50 == 7:
        check = "0" if check != "0" else "1"
    home = f"{household // 72 + 1}号楼{household // 18 % 4 + 1}单元{household // 3 % 6 + 1}0{household % 3 + 1}"
    name = SURNAMES[household * 7919 % 20] + GIVEN[n * 2654435761 % 2**32 // 2**16 % 30] + GIVEN[n * 40503 // 8 % 30]
    return [n + 1, home if member == 0 else None, name, ["户主", "配偶", "儿子"][member], "女" if member == 1 else "男",
            f"{year}.{month}.{day}", first + check, "汉", "初中", "群众", "已婚", "常住", None,
            f"1990000{n % 10000:04}", "务工", "职工", "外出务工" if n % 9 == 0 else None]


def make(path, rows):
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("花名册")
        sheet.write(0, 0, "祥和小区居民花名册")
        sheet.write_row(1, 0, HEADERS)
        for n in range(rows):
            sheet.write_row(n + 2, 0, row(n))


def read(engine, path):
    from importlib.metadata import version

    import pandas as pd

    begin = time.perf_counter()
    frame = pd.read_excel(path, header=1, dtype=str, engine=engine)
    took = time.perf_counter() - begin
    package = {"openpyxl": "openpyxl", "calamine": "python-calamine"}[engine]
    label = f"pandas {pd.__version__} on {package} {version(package)}, reading only"
    print(json.dumps({"label": label, "s": took, "rows": frame.shape[0], "columns": frame.shape[1]}))


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 100_000)
else:
    read(sys.argv[1], sys.argv[2])
